/** Posts a body as a provider would: signed with the source's own scheme and secret. */
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Source } from '../core/files/sourceFile.ts';
import { secretId } from '../core/names.ts';
import { signWebhook } from '../core/signatures/sign.ts';
import { Failure } from './command.ts';
import { requireType, typeOf } from './signedType.ts';
import type { Stage } from './stage.ts';

const ANSWER_WITHIN_MS = 30_000;

export interface WebhookToPost {
  /** The front door's address, without the source. */
  readonly frontDoor: string;
  readonly source: Source;
  readonly secret: string | undefined;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly eventType: string;
  readonly eventId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Nothing is posted where the request would be an event of another type. */
  readonly mustBeOfType?: true;
}

export interface PostedWebhook {
  /** As receive reads it. */
  readonly eventType: string;
  readonly status: number;
  readonly answer: string;
  readonly durationMs: number;
}

export async function postWebhook(webhook: WebhookToPost): Promise<PostedWebhook> {
  const { source, body, eventType, eventId } = webhook;
  const signed = await signWebhook(source.scheme, webhook.secret, {
    body,
    contentType: webhook.contentType,
    eventType,
    eventId,
    now: Date.now(),
  });
  const headers = { 'content-type': webhook.contentType, ...webhook.headers, ...signed.headers };
  const readType = typeOf(source, signed, headers);
  if (webhook.mustBeOfType) requireType(eventType, readType, source);
  const url = new URL(`${webhook.frontDoor.replace(/\/$/, '')}/${source.name}`);
  for (const [name, value] of signed.query) url.searchParams.append(name, value);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? secureRequest : request)(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': signed.body.byteLength },
      timeout: ANSWER_WITHIN_MS,
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)),
    );
    outgoing.on('error', error => reject(new Failure(`${url.origin} cannot be reached: ${error.message}`)));
    outgoing.on('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          eventType: readType,
          status: response.statusCode ?? 0,
          answer: Buffer.concat(chunks).toString('utf8'),
          durationMs: performance.now() - startedAt,
        }),
      );
    });
    outgoing.end(signed.body);
  });
}

/** The current value of a source's secret in this stage. */
export async function readSourceSecret(stage: Stage, source: Source): Promise<string | undefined> {
  if (source.secret === undefined) return undefined;
  const id = secretId(stage.name, source.secret);
  try {
    const { SecretString } = await stage.secrets.send(new GetSecretValueCommand({ SecretId: id }));
    return SecretString;
  } catch (error) {
    throw new Failure(
      `the secret ${id} cannot be read: ${(error as Error).name}`,
      'locally it comes from --secrets FILE; in AWS set its value in Secrets Manager',
    );
  }
}
