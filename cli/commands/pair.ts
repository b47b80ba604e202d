import { setTimeout as sleep } from 'node:timers/promises';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { sealedSecretsOf } from '../../core/events/queries.ts';
import { readDuration } from '../../core/files/duration.ts';
import type { Source } from '../../core/files/sourceFile.ts';
import { secretId } from '../../core/names.ts';
import { verifyTokenOf } from '../../core/receive/handshake.ts';
import { PAIRING_KNOWN_MS, PAIRING_LABEL, writePairing } from '../../core/receive/pairing.ts';
import { recordBegin, recordEnd } from '../audit.ts';
import { type CommandResult, defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { untilInterrupted } from '../interrupt.ts';
import { webhookLines } from '../logQueries.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { fingerprint, makePairingKey, type PairingKey } from '../pairingKey.ts';
import { readSourceSecret } from '../postWebhook.ts';
import { sourceNamed } from '../sourceNamed.ts';
import { openStage, type Stage } from '../stage.ts';

const MOST_SECONDS = 60 * 60;
const LEAST_SECONDS = 10;
const LOOK_EVERY_MS = 1_000;
/** A second secret that came at the same time has this long to show up in the log. */
const DOUBT_MS = 2_000;

const told = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('verify-token'), source: z.string(), token: z.string() }),
  z.object({
    kind: z.literal('paired'),
    source: z.string(),
    fingerprint: z.string(),
    secret: z.string().optional(),
  }),
  z.object({
    kind: z.literal('not-paired'),
    source: z.string(),
    reason: z.enum(['nothing-came', 'two-came']),
  }),
]);
type Told = z.output<typeof told>;

const ends = (exitCode: 0 | 1, output: Told): CommandResult<Told> => ({ exitCode, output });

export const pair = defineCommand({
  details:
    'For providers that bring the secret with their first question (Asana, Clio, Notion): opens the source for a while, and\n' +
    'stores what comes. Have the provider ask while this runs. Receive cannot write secrets: it seals what comes for this\n' +
    'command, which stores it with your own permissions. When two different secrets come, neither is stored.\n' +
    'For providers that want a token of ours in their page (Meta, WhatsApp, Oura): prints it; nothing is opened.\n\n' +
    'Exit code 0: paired, or the token is printed; 1: nothing came, or two secrets did; 2: misuse.',
  arguments: [{ name: 'NAME', description: 'the source' }],
  options: [
    { flags: '--for <duration>', description: 'how long at the most, 10s to 1h', default: '10m' },
    { flags: '--show', description: "print the secret: Notion's page wants it pasted back" },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: ['pair asana --stage prod', 'pair notion --show', 'pair meta'],
  output: told,
  async run({ arguments: [name = ''], options, terminal }) {
    const text = textOption(options, 'for') ?? '10m';
    const seconds = readDuration(text);
    if (seconds === undefined || seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
      throw new Misuse(`--for takes 10s to 1h, and got "${text}"`);
    }
    const { project } = await loadProject(textOption(options, 'mappings') ?? 'mappings');
    const source = sourceNamed(project, name);
    const handshakes = source.handshakes ?? [];
    const stage = await openStage(options);
    if (handshakes.some(({ asked }) => asked.by === 'verify-token')) {
      const secret = await readSourceSecret(stage, source);
      if (secret === undefined) throw new Failure(`the secret of ${name} has no value yet`);
      return ends(0, { kind: 'verify-token', source: name, token: verifyTokenOf(name, secret) });
    }
    if (!handshakes.some(({ brings }) => brings !== undefined) || source.secret === undefined) {
      throw new Misuse(`${name} needs no pairing: its provider neither brings the secret nor wants a token`);
    }
    const id = secretId(stage.name, source.secret);
    await recordBegin(stage, 'pair', name, { seconds });
    const key = await makePairingKey();
    const startedAt = Date.now();
    await open(stage, id, key, startedAt + seconds * 1000);
    await sleep(PAIRING_KNOWN_MS);
    terminal.note(`${name} is being paired for ${text}: have the provider ask now. Ctrl-C ends it.`);
    let came: string[] = [];
    try {
      came = await untilInterrupted(signal =>
        waitForSecrets(stage, source, key, { startedAt, until: startedAt + seconds * 1000, signal }),
      );
    } finally {
      await open(stage, id, key, 0);
    }
    const [secret] = came;
    if (secret === undefined || came.length > 1) {
      const reason = secret === undefined ? 'nothing-came' : 'two-came';
      await recordEnd(stage, 'pair', name, { outcome: reason });
      return ends(1, { kind: 'not-paired', source: name, reason });
    }
    await stage.secrets.send(
      new PutSecretValueCommand({ SecretId: id, SecretString: secret, VersionStages: ['AWSCURRENT'] }),
    );
    await recordEnd(stage, 'pair', name, { outcome: 'paired', fingerprint: fingerprint(secret) });
    return ends(0, {
      kind: 'paired',
      source: name,
      fingerprint: fingerprint(secret),
      ...(options['show'] === true ? { secret } : {}),
    });
  },
  print(result) {
    switch (result.kind) {
      case 'verify-token':
        return `verify token of ${result.source}: ${result.token}\npaste it into the provider's page`;
      case 'paired':
        return `${result.source} is paired; the secret's fingerprint is ${result.fingerprint}${result.secret === undefined ? '' : `\n${result.secret}`}`;
      case 'not-paired':
        return result.reason === 'nothing-came'
          ? `nothing came: ${result.source} is as it was`
          : `two different secrets came, one of them from a stranger: none was stored. Call this again`;
      default:
        return result satisfies never;
    }
  },
});

/** @param until - milliseconds since the epoch; 0 ends it. */
async function open(stage: Stage, id: string, { publicKey }: PairingKey, until: number): Promise<void> {
  try {
    await stage.secrets.send(
      new PutSecretValueCommand({
        SecretId: id,
        SecretString: writePairing({ until, publicKey }),
        VersionStages: [PAIRING_LABEL],
      }),
    );
  } catch (error) {
    throw new Failure(
      `${id} cannot be written: ${(error as Error).name}`,
      'it takes secretsmanager:PutSecretValue; of a local stack, one that makes its own secrets (without --secrets)',
    );
  }
}

/** The different secrets that came. */
async function waitForSecrets(
  stage: Stage,
  source: Source,
  key: PairingKey,
  { startedAt, until, signal }: { startedAt: number; until: number; signal: AbortSignal },
): Promise<string[]> {
  const look = async (): Promise<string[]> => {
    const seconds = Math.ceil((Date.now() - startedAt) / 1000) + 60;
    const lines = await webhookLines(stage, sealedSecretsOf(source.name), seconds);
    return [
      ...new Set(lines.flatMap(({ sealed }) => (sealed === undefined ? [] : (key.open(sealed) ?? [])))),
    ];
  };
  while (!signal.aborted && Date.now() < until) {
    if ((await look()).length > 0) {
      await sleep(DOUBT_MS, undefined, { signal }).catch(() => undefined);
      return look();
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return look();
}
