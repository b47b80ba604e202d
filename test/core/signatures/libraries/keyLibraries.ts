/** Libraries for tokens and for signatures with a key pair. */
import { createPublicKey, createSecretKey } from 'node:crypto';
import https from 'node:https';
import { Readable } from 'node:stream';
import { EventWebhook } from '@sendgrid/eventwebhook';
import { Receiver } from '@upstash/qstash';
import { verifyKey } from 'discord-interactions';
import fc from 'fast-check';
import { WebhookReceiver } from 'livekit-server-sdk';
import messagebird from 'messagebird/lib/webhook-signature-jwt.js';
import MessageValidator from 'sns-validator';
import { vi } from 'vitest';
import { addressOf, bodyText, NOW, only, textBodies, textSecrets, type VendorLibrary } from './library.ts';

const sendgrid = new EventWebhook();

/** Discord shows its key as the 32 bytes in hex. */
function rawKey(pem: string): string {
  const { x = '' } = createPublicKey(pem).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('hex');
}

/** The library fetches its certificate by itself; here it gets the rehearsal's. */
async function isAcceptedBySns(message: string, certificate: string): Promise<boolean> {
  const get = vi.spyOn(https, 'get').mockImplementation(((
    _: string,
    answer: (response: Readable & { statusCode: number }) => void,
  ) => {
    answer(Object.assign(Readable.from([certificate]), { statusCode: 200 }));
    return { on: () => undefined };
  }) as never);
  try {
    return await new Promise(resolve => {
      new MessageValidator().validate(message, error => resolve(error === null));
    });
  } finally {
    get.mockRestore();
  }
}

export const keyLibraries: readonly VendorLibrary[] = [
  {
    name: 'discord-interactions',
    providers: ['discord'],
    bodies: textBodies,
    accepts: (webhook, publicPem) =>
      verifyKey(
        Buffer.from(webhook.body),
        only(webhook, 'x-signature-ed25519'),
        only(webhook, 'x-signature-timestamp'),
        rawKey(publicPem),
      ),
  },
  {
    name: '@sendgrid/eventwebhook',
    providers: ['sendgrid'],
    bodies: textBodies,
    accepts: (webhook, publicPem) => {
      const der = createPublicKey(publicPem).export({ format: 'der', type: 'spki' }).toString('base64');
      return sendgrid.verifySignature(
        sendgrid.convertPublicKeyToECDSA(der),
        Buffer.from(webhook.body),
        only(webhook, 'x-twilio-email-event-webhook-signature'),
        only(webhook, 'x-twilio-email-event-webhook-timestamp'),
      );
    },
  },
  {
    name: 'sns-validator',
    providers: ['aws-sns'],
    bodies: textBodies,
    accepts: (webhook, certificate) => isAcceptedBySns(bodyText(webhook), certificate),
  },
  {
    name: 'messagebird',
    providers: ['messagebird'],
    bodies: textBodies,
    secrets: textSecrets,
    accepts: (webhook, secret, provider) =>
      messagebird.verify(
        addressOf(provider),
        webhook.body,
        only(webhook, 'messagebird-signature-jwt'),
        createSecretKey(Buffer.from(secret)),
        new messagebird.VerifyOptions(true, true, {
          issuer: 'MessageBird',
          algorithms: ['HS256'],
          currentDate: new Date(NOW),
        }),
      ),
  },
  {
    name: '@upstash/qstash',
    providers: ['qstash'],
    bodies: textBodies.filter(body => body !== ''),
    secrets: textSecrets,
    accepts: (webhook, secret, provider) =>
      new Receiver({ currentSigningKey: secret, nextSigningKey: 'another that is not in use' }).verify({
        signature: only(webhook, 'upstash-signature'),
        body: bodyText(webhook),
        url: addressOf(provider),
      }),
  },
  {
    name: 'livekit-server-sdk',
    providers: ['livekit'],
    bodies: fc.stringMatching(/^[a-z_]{1,20}$/).map(event => JSON.stringify({ event })),
    secrets: textSecrets,
    accepts: async (webhook, secret) => {
      await new WebhookReceiver('APIabcdefghijk', secret).receive(
        bodyText(webhook),
        only(webhook, 'authorization'),
      );
      return true;
    },
  },
];
