/** What a stage's row may say: a table of conditions, each with its message. Every one that fails is told at once. */
import type { Project } from '../core/files/compileProject.ts';
import { stagesNamed } from '../core/files/forStage.ts';
import type { Problem } from '../core/files/problem.ts';
import { didYouMean } from '../core/files/suggest.ts';
import { archiveBucketName, NAME_PATTERN } from '../core/names.ts';
import { sizingProblems } from './sizing.ts';
import type { Stage } from './stages.ts';

/** S3 allows 63 characters in a bucket's name, of which an account's number takes 12 and the longest region's name 14. */
const MAX_NAME_LENGTH = 63 - archiveBucketName('', 'x'.repeat(12), 'x'.repeat(14)).length;

const ADDRESS = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const CERTIFICATE = /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/;

interface Rule {
  readonly isBroken: boolean;
  readonly message: string;
}

/** @param others - the names of all stages. */
export function stageProblems(stage: Stage, others: readonly string[]): Problem[] {
  const { name, throttle, frontDoor, page, ticket, sizing } = stage;
  const { requestsPerSecond: rate, burst } = throttle;
  const domain = frontDoor.kind === 'http-api' ? frontDoor.domain : undefined;
  const namesake = others.find(other => other !== name && other.startsWith(`${name}-`));
  const rules: readonly Rule[] = [
    {
      isBroken: !NAME_PATTERN.test(name) || name.length > MAX_NAME_LENGTH,
      message: `the name "${name}" is not lower-case letters, digits and hyphens, at most ${MAX_NAME_LENGTH}: it is part of the names of buckets`,
    },
    {
      isBroken: /-shard-\d+$/.test(name),
      message: `the name "${name}" ends as the stack of a shard does`,
    },
    {
      isBroken: namesake !== undefined,
      message: `the name "${name}" is how "${namesake}" begins: a queue of the one could be that of the other`,
    },
    {
      isBroken: !isWhole(rate, 10, 10_000),
      message: `throttle.requestsPerSecond is ${rate}, and not a whole number from 10 to 10,000`,
    },
    {
      isBroken: !isWhole(burst, rate, 10_000),
      message: `throttle.burst is ${burst}, and not a whole number from requestsPerSecond (${rate}) to 10,000`,
    },
    ...[...page, ...ticket].map(address => ({
      isBroken: !ADDRESS.test(address),
      message: `"${address}" is no e-mail address`,
    })),
    {
      isBroken: domain !== undefined && !HOST_NAME.test(domain.name),
      message: `frontDoor.domain.name is "${domain?.name}", and no host name such as hooks.example.com`,
    },
    {
      isBroken: domain !== undefined && !CERTIFICATE.test(domain.certificateArn),
      message: `frontDoor.domain.certificateArn is "${domain?.certificateArn}", and no arn:aws:acm:…:certificate/…`,
    },
    ...sizingProblems(sizing).map(message => ({ isBroken: true, message })),
  ];
  return rules
    .filter(({ isBroken }) => isBroken)
    .map(({ message }) => ({
      severity: 'error',
      code: 'stage',
      file: 'infra/stages.ts',
      message: `${name}: ${message}`,
    }));
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/** A stage that a file speaks of and nobody deploys is a slip of the pen. */
export const unknownStages = (project: Project, stages: readonly string[]): Problem[] =>
  [...stagesNamed(project)]
    .filter(([stage]) => !stages.includes(stage))
    .map(([stage, file]): Problem => {
      const hint = didYouMean(stage, stages) ?? `infra/stages.ts has: ${stages.join(', ')}`;
      return {
        severity: 'error',
        code: 'stage',
        file,
        message: `stages: there is no stage "${stage}"`,
        hint,
      };
    });
