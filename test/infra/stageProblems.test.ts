/** What a stage's row, or what the functions may take, says wrong. */
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../core/files/problem.ts';
import { sized } from '../../infra/sizing.ts';
import { stageProblems, unknownStages } from '../../infra/stageProblems.ts';
import { STAGES, type Stage, type StageName, stageOf } from '../../infra/stages.ts';
import { compileFolder } from '../core/files/projectFiles.ts';
import { functionOf, resourcesOf, stackFor } from './synthesize.ts';

const said = (changes: Partial<Stage>, others: readonly string[] = []): string =>
  stageProblems({ ...stageOf('prod'), ...changes }, others)
    .map(formatProblem)
    .join('\n');

const certificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b';

describe('a stage', () => {
  it.each(Object.keys(STAGES) as StageName[])('%s has nothing wrong with it', name => {
    expect(stageProblems(stageOf(name), Object.keys(STAGES))).toEqual([]);
  });

  it.each<[Partial<Stage>, string]>([
    [{ name: 'a'.repeat(17) }, 'at most 16: it is part of the names of buckets'],
    [{ name: 'Prod' }, 'the name "Prod" is not lower-case'],
    [{ name: 'eu-shard-1' }, 'the name "eu-shard-1" ends as the stack of a shard does'],
    [
      { throttle: { requestsPerSecond: 5, burst: 10 } },
      'requestsPerSecond is 5, and not a whole number from 10',
    ],
    [
      { throttle: { requestsPerSecond: 50, burst: 10 } },
      'burst is 10, and not a whole number from requestsPerSecond (50)',
    ],
    [{ page: ['nobody'] }, '"nobody" is no e-mail address'],
    [
      { frontDoor: { kind: 'http-api', domain: { name: 'https://x', certificateArn } } },
      'domain.name is "https://x"',
    ],
    [
      { frontDoor: { kind: 'http-api', domain: { name: 'hooks.example.com', certificateArn: 'x' } } },
      'certificateArn is "x", and no arn:aws:acm:…:certificate/…',
    ],
  ])('with %j is refused', (changes, message) => {
    const text = said(changes);
    expect(text).toContain('infra/stages.ts error stage: ');
    expect(text).toContain(message);
  });

  it('whose queues could be those of another is refused', () => {
    expect(said({ name: 'prod' }, ['prod', 'prod-eu'])).toContain(
      'the name "prod" is how "prod-eu" begins: a queue of the one could be that of the other',
    );
    expect(said({ name: 'prod' }, ['prod', 'production'])).toBe('');
  });

  it('that a file speaks of and nobody deploys is refused, with the one that was meant', async () => {
    const { project } = await compileFolder({
      'destinations/desk.yaml':
        'url: https://desk.example.com/hooks\nowner: sales\nrunbook: docs/operations.md#desk\nstages: { prdo: { url: https://x.example.com } }\n',
    });
    expect(unknownStages(project, Object.keys(STAGES)).map(formatProblem)).toEqual([
      'mappings/destinations/desk.yaml error stage: stages: there is no stage "prdo"\n    → did you mean "prod"?',
    ]);
  });
});

describe('what the functions may take', () => {
  it('has defaults', () => {
    expect(sized()).toEqual({
      receiveTimeoutSeconds: 10,
      receiveMemoryMb: 256,
      deliverTimeoutSeconds: 60,
      deliverMemoryMb: 512,
    });
  });

  it('is within bounds, and every one that is not is named with its rule', () => {
    expect(() => sized({ receiveTimeoutSeconds: 30, deliverTimeoutSeconds: 59.5 })).toThrow(
      'sizing.receiveTimeoutSeconds is 30, and not a whole number from 1 to 29: API Gateway gives up after 30\n' +
        'sizing.deliverTimeoutSeconds is 59.5, and not a whole number from 60 to 900: two requests of 25 s',
    );
  });

  it('is said in the row of the stage, and reaches the functions', () => {
    const small = { ...stageOf('prod'), sizing: { deliverMemoryMb: 128 } };
    expect(stageProblems(small, []).map(({ message }) => message)).toEqual([
      'prod: sizing.deliverMemoryMb is 128, and not a whole number from 256 to 10240: a mapping may take 60 beside the payload, and Node takes 100',
    ]);
    const stack = stackFor(undefined, 'prod', undefined, { sizing: { deliverMemoryMb: 256 } });
    expect(functionOf(resourcesOf(stack), 'deliver')[1].Properties['MemorySize']).toBe(256);
  });
});
