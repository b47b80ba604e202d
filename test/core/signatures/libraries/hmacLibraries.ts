/** Libraries for signatures with a shared secret. */
import { hmacValidator as HmacValidator } from '@adyen/api-library';
import { signRequest, verifyRequest } from '@contentful/node-apps-toolkit';
import { Signature } from '@hubspot/api-client';
import Mux from '@mux/mux-node';
import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client';
import { sign as signForGithub, verify as verifyForGithub } from '@octokit/webhooks-methods';
import { Paddle } from '@paddle/paddle-node-sdk';
import { encodeSignatureHeader, isValidSignature } from '@sanity/webhook';
import { isValidSlackRequest } from '@slack/bolt';
import { WorkOS } from '@workos-inc/node';
import braintree from 'braintree';
import { v2 as cloudinary } from 'cloudinary';
import fc from 'fast-check';
import { WebhookSignatureValidator } from 'mercadopago';
import Razorpay from 'razorpay';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import twilio from 'twilio';
import {
  addressOf,
  bodyText,
  canonicalJson,
  forms,
  hexSecrets,
  NOW,
  NOW_SECONDS,
  only,
  plainHeaders,
  textBodies,
  textSecrets,
  type VendorLibrary,
  whsecSecrets,
} from './library.ts';

const stripe = new Stripe('sk_test_any');
const adyen = new HmacValidator();
const mux = new Mux({ tokenId: 'any', tokenSecret: 'any' });
const paddle = new Paddle('any');
const workos = new WorkOS('sk_any');

const adyenBodies = fc
  .record({
    pspReference: fc.stringMatching(/^[A-Z0-9]{16}$/),
    originalReference: fc.option(fc.stringMatching(/^[A-Z0-9]{16}$/), { nil: undefined }),
    merchantAccountCode: fc.stringMatching(/^[A-Za-z0-9 ]{1,20}$/),
    merchantReference: fc.string({ maxLength: 20 }),
    amount: fc.record({ value: fc.nat(), currency: fc.constantFrom('EUR', 'USD') }),
    eventCode: fc.constantFrom('AUTHORISATION', 'REFUND'),
    success: fc.constantFrom('true', 'false'),
  })
  .map(item => JSON.stringify({ live: 'false', notificationItems: [{ NotificationRequestItem: item }] }));

interface AdyenBody {
  readonly notificationItems: readonly {
    readonly NotificationRequestItem: Record<string, unknown> & { additionalData?: Record<string, string> };
  }[];
}
const adyenItem = (body: string) => {
  const [first] = (JSON.parse(body) as AdyenBody).notificationItems;
  if (first === undefined) throw new Error('a notification has an item');
  return first.NotificationRequestItem as never;
};

const hubspot = (version: 'v1' | 'v2' | 'v3', header: string): VendorLibrary => ({
  name: '@hubspot/api-client',
  providers: [`hubspot-${version}`],
  bodies: textBodies.filter(body => body !== ''),
  secrets: textSecrets,
  signs: (requestBody, clientSecret, provider) => ({
    headers: {
      [header]: Signature.getSignature('POST', version, {
        signature: '',
        clientSecret,
        requestBody,
        url: addressOf(provider),
        method: 'POST',
        timestamp: NOW,
      }),
      ...(version === 'v3' ? { 'x-hubspot-request-timestamp': String(NOW) } : {}),
    },
  }),
  accepts: (webhook, clientSecret, provider) =>
    Signature.isValid({
      signatureVersion: version,
      signature: only(webhook, header),
      clientSecret,
      requestBody: bodyText(webhook),
      url: addressOf(provider),
      method: 'POST',
      timestamp: NOW,
    }),
});

const braintreeGateway = (privateKey: string) =>
  new braintree.BraintreeGateway({
    environment: braintree.Environment.Sandbox,
    merchantId: 'any',
    publicKey: 'k5p2xv8d9qmw4zty',
    privateKey,
  });

const formOf = (body: string): Record<string, string | string[]> => {
  const form: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const known = form[name];
    form[name] = known === undefined ? value : [known, value].flat();
  }
  return form;
};

export const hmacLibraries: readonly VendorLibrary[] = [
  {
    name: 'stripe',
    providers: ['stripe'],
    bodies: textBodies.filter(body => !body.startsWith('\ufeff')),
    secrets: textSecrets,
    signs: (payload, secret) => ({
      headers: {
        'stripe-signature': stripe.webhooks.generateTestHeaderString({
          payload,
          secret,
          timestamp: NOW_SECONDS,
        }),
      },
    }),
    accepts: (webhook, secret) =>
      stripe.webhooks.signature?.verifyHeader(
        Buffer.from(webhook.body),
        only(webhook, 'stripe-signature'),
        secret,
        300,
        undefined,
        NOW,
      ),
  },
  {
    name: '@octokit/webhooks-methods',
    providers: ['github'],
    bodies: textBodies.filter(body => body !== ''),
    secrets: textSecrets,
    signs: async (body, secret) => ({
      headers: { 'x-hub-signature-256': await signForGithub(secret, body) },
    }),
    accepts: (webhook, secret) =>
      verifyForGithub(secret, bodyText(webhook), only(webhook, 'x-hub-signature-256')),
  },
  {
    name: 'standardwebhooks',
    providers: [
      ...['standard-webhooks', 'gitlab-signing', 'replicate', 'gemini', 'shipbob', 'bigcommerce-sw', 'loops'],
      ...['granola', 'render', 'supabase-auth', 'brex', 'incident-io', 'etsy', 'composio'],
    ],
    bodies: textBodies.filter(body => !body.startsWith('\ufeff')),
    secrets: whsecSecrets,
    signs: (body, secret) => ({
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(NOW_SECONDS),
        'webhook-signature': new StandardWebhook(secret).sign('msg_1', new Date(NOW), body),
      },
    }),
    accepts: (webhook, secret) => {
      new StandardWebhook(secret).verify(Buffer.from(webhook.body), plainHeaders(webhook), {
        jsonParse: false,
      });
      return true;
    },
  },
  {
    name: 'svix',
    providers: ['svix', 'clerk', 'resend', 'autumn', 'stytch', 'vanta', 'seam'],
    bodies: canonicalJson,
    secrets: whsecSecrets,
    signs: (body, secret) => ({
      headers: {
        'svix-id': 'msg_1',
        'svix-timestamp': String(NOW_SECONDS),
        'svix-signature': new SvixWebhook(secret).sign('msg_1', new Date(NOW), body),
      },
    }),
    accepts: (webhook, secret) => {
      new SvixWebhook(secret).verify(bodyText(webhook), plainHeaders(webhook));
      return true;
    },
  },
  {
    name: 'twilio',
    providers: ['twilio'],
    bodies: forms,
    contentType: 'application/x-www-form-urlencoded',
    secrets: textSecrets,
    signs: (body, secret, provider) => ({
      headers: {
        'x-twilio-signature': twilio.getExpectedTwilioSignature(secret, addressOf(provider), formOf(body)),
      },
    }),
    accepts: (webhook, secret, provider) =>
      twilio.validateRequest(
        secret,
        only(webhook, 'x-twilio-signature'),
        addressOf(provider),
        formOf(bodyText(webhook)),
      ),
  },
  {
    name: 'twilio',
    providers: ['twilio'],
    bodies: fc.json(),
    secrets: textSecrets,
    signs: (body, secret, provider) => {
      const digest = twilio.getExpectedBodyHash(body);
      const url = `${addressOf(provider)}?bodySHA256=${digest}`;
      return {
        query: { bodySHA256: digest },
        headers: { 'x-twilio-signature': twilio.getExpectedTwilioSignature(secret, url, {}) },
      };
    },
    accepts: (webhook, secret, provider) =>
      twilio.validateRequestWithBody(
        secret,
        only(webhook, 'x-twilio-signature'),
        `${addressOf(provider)}?bodySHA256=${webhook.query.get('bodySHA256')?.[0]}`,
        bodyText(webhook),
      ),
  },
  hubspot('v1', 'x-hubspot-signature'),
  hubspot('v2', 'x-hubspot-signature'),
  hubspot('v3', 'x-hubspot-signature-v3'),
  {
    name: '@adyen/api-library',
    providers: ['adyen-header'],
    bodies: textBodies,
    secrets: hexSecrets,
    signs: (body, secret) => ({ headers: { hmacsignature: adyen.calculateHmac(body, secret) } }),
    accepts: (webhook, secret) =>
      adyen.validateHMACSignature(secret, only(webhook, 'hmacsignature'), bodyText(webhook)),
  },
  {
    name: '@adyen/api-library',
    providers: ['adyen'],
    bodies: adyenBodies,
    secrets: hexSecrets,
    signs: (body, secret) => {
      const whole = JSON.parse(body) as AdyenBody;
      const [item] = whole.notificationItems;
      if (item !== undefined) {
        item.NotificationRequestItem.additionalData = {
          hmacSignature: adyen.calculateHmac(adyenItem(body), secret),
        };
      }
      return { body: JSON.stringify(whole) };
    },
    accepts: (webhook, secret) => adyen.validateHMAC(adyenItem(bodyText(webhook)), secret),
  },
  {
    name: '@sanity/webhook',
    providers: ['sanity'],
    bodies: textBodies.filter(body => body.trim() !== ''),
    secrets: textSecrets,
    signs: async (body, secret) => ({
      headers: { 'sanity-webhook-signature': await encodeSignatureHeader(body, NOW, secret) },
    }),
    accepts: (webhook, secret) =>
      isValidSignature(bodyText(webhook), only(webhook, 'sanity-webhook-signature'), secret),
  },
  {
    name: '@notionhq/client',
    providers: ['notion'],
    bodies: textBodies,
    secrets: textSecrets,
    signs: async (body, secret) => ({
      headers: { 'x-notion-signature': await signWebhookPayload({ body, verificationToken: secret }) },
    }),
    accepts: (webhook, secret) =>
      verifyWebhookSignature({
        body: webhook.body,
        signature: only(webhook, 'x-notion-signature'),
        verificationToken: secret,
      }),
  },
  {
    name: '@slack/bolt',
    providers: ['slack'],
    bodies: textBodies,
    secrets: textSecrets,
    accepts: (webhook, signingSecret) =>
      isValidSlackRequest({
        signingSecret,
        body: bodyText(webhook),
        headers: {
          'x-slack-signature': only(webhook, 'x-slack-signature'),
          'x-slack-request-timestamp': Number(only(webhook, 'x-slack-request-timestamp')),
        },
        nowMilliseconds: NOW,
      }),
  },
  {
    name: 'braintree',
    providers: ['braintree'],
    bodies: fc.constant(''),
    secrets: textSecrets,
    signs: (_, secret) => {
      const sample = braintreeGateway(secret).webhookTesting.sampleNotification('check', 'any');
      const body = new URLSearchParams({ bt_signature: sample.bt_signature, bt_payload: sample.bt_payload });
      return { body: body.toString(), contentType: 'application/x-www-form-urlencoded' };
    },
  },
  {
    name: '@contentful/node-apps-toolkit',
    providers: ['contentful'],
    bodies: textBodies,
    secrets: fc.stringMatching(/^[A-Za-z0-9_-]{64}$/),
    signs: (body, secret, provider) => ({
      headers: {
        'x-contentful-topic': 'Entry.publish',
        ...(signRequest(
          secret,
          { method: 'POST', path: `/${provider}`, headers: { 'X-Contentful-Topic': 'Entry.publish' }, body },
          NOW,
        ) as unknown as Record<string, string>),
      },
    }),
    accepts: (webhook, secret, provider) =>
      verifyRequest(
        secret,
        { method: 'POST', path: `/${provider}`, headers: plainHeaders(webhook), body: bodyText(webhook) },
        30,
      ),
  },
  {
    name: 'mercadopago',
    providers: ['mercado-pago'],
    bodies: canonicalJson,
    secrets: textSecrets,
    accepts: (webhook, secret) => {
      WebhookSignatureValidator.validate({
        xSignature: only(webhook, 'x-signature'),
        xRequestId: only(webhook, 'x-request-id'),
        dataId: webhook.query.get('data.id')?.[0] ?? '',
        secret,
      });
      return true;
    },
  },
  {
    name: '@workos-inc/node',
    providers: ['workos'],
    bodies: canonicalJson,
    secrets: textSecrets,
    signs: async (body, secret) => ({
      headers: {
        'workos-signature': `t=${NOW}, v1=${await workos.webhooks.computeSignature(NOW, JSON.parse(body), secret)}`,
      },
    }),
    accepts: (webhook, secret) =>
      workos.webhooks.verifyHeader({
        payload: JSON.parse(bodyText(webhook)),
        sigHeader: only(webhook, 'workos-signature'),
        secret,
      }),
  },
  {
    name: 'cloudinary',
    providers: ['cloudinary'],
    bodies: textBodies,
    secrets: textSecrets,
    accepts: (webhook, secret) => {
      cloudinary.config({ api_secret: secret });
      return cloudinary.utils.verifyNotificationSignature(
        bodyText(webhook),
        Number(only(webhook, 'x-cld-timestamp')),
        only(webhook, 'x-cld-signature'),
      );
    },
  },
  {
    name: 'razorpay',
    providers: ['razorpay'],
    bodies: textBodies.filter(body => body !== ''),
    secrets: textSecrets,
    accepts: (webhook, secret) =>
      Razorpay.validateWebhookSignature(bodyText(webhook), only(webhook, 'x-razorpay-signature'), secret),
  },
  {
    name: '@mux/mux-node',
    providers: ['mux'],
    bodies: textBodies,
    secrets: textSecrets,
    accepts: async (webhook, secret) => {
      await mux.webhooks.verifySignature(bodyText(webhook), plainHeaders(webhook), secret);
      return true;
    },
  },
  {
    name: '@paddle/paddle-node-sdk',
    providers: ['paddle'],
    bodies: textBodies,
    secrets: textSecrets,
    accepts: (webhook, secret) =>
      paddle.webhooks.isSignatureValid(bodyText(webhook), secret, only(webhook, 'paddle-signature')),
  },
];
