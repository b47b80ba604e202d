/** What goes over the wire for each verb: the real client, and a server in SQS's place that keeps what it is told. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSqsClient, delayMessageWith, sendMessageWith } from '../../aws/sqs.ts';

interface Call {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/hookwright-prod-ledger';
const calls: Call[] = [];
let answer: { status: number; body: object } | undefined;
let server: Server;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    calls.push({ action: String(request.headers['x-amz-target']), input });
    const MD5OfMessageBody = createHash('md5').update(String(input['MessageBody'])).digest('hex');
    const { status, body } = answer ?? { status: 200, body: { MessageId: 'm', MD5OfMessageBody } };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // As a function finds them: the endpoint of a stack on a laptop, the region and credentials of its role.
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls.length = 0;
  answer = undefined;
});

describe('send', () => {
  test('gives the body as it is, with its attributes as texts', async () => {
    const body = '{"text":"Zoë 👩‍🚒 \\u0000 \u2028"}';
    await sendMessageWith(createSqsClient())(QUEUE, body, { cause: '{"code":"http-500"}', redrives: '2' });
    expect(calls).toEqual([
      {
        action: 'AmazonSQS.SendMessage',
        input: {
          QueueUrl: QUEUE,
          MessageBody: body,
          MessageAttributes: {
            cause: { DataType: 'String', StringValue: '{"code":"http-500"}' },
            redrives: { DataType: 'String', StringValue: '2' },
          },
        },
      },
    ]);
  });

  test('needs no attributes', async () => {
    await sendMessageWith(createSqsClient())(QUEUE, 'x');
    expect(calls[0]?.input).not.toHaveProperty('MessageAttributes');
  });

  test('fails when SQS refuses', async () => {
    answer = { status: 400, body: { __type: 'com.amazonaws.sqs#InvalidMessageContents', message: 'no' } };
    await expect(sendMessageWith(createSqsClient())(QUEUE, 'x')).rejects.toMatchObject({
      name: 'InvalidMessageContents',
    });
  });

  test('fails when what arrived is not what was sent', async () => {
    answer = { status: 200, body: { MessageId: 'm', MD5OfMessageBody: '0'.repeat(32) } };
    await expect(sendMessageWith(createSqsClient())(QUEUE, 'x')).rejects.toThrow();
  });
});

describe('delay', () => {
  test.each([
    [1, 1],
    [4.51, 5],
    [39_600, 39_600],
    [39_599.2, 39_600],
  ])('hides a message for %s s, in whole seconds and never shorter: %i', async (seconds, whole) => {
    await delayMessageWith(createSqsClient())(QUEUE, 'receipt-1', seconds);
    expect(calls).toEqual([
      {
        action: 'AmazonSQS.ChangeMessageVisibility',
        input: { QueueUrl: QUEUE, ReceiptHandle: 'receipt-1', VisibilityTimeout: whole },
      },
    ]);
  });

  test('fails when the message is gone', async () => {
    answer = { status: 400, body: { __type: 'com.amazonaws.sqs#MessageNotInflight' } };
    await expect(delayMessageWith(createSqsClient())(QUEUE, 'r', 1)).rejects.toThrow();
  });
});
