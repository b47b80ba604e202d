/**
 * Amazon SNS signs chosen fields of its JSON message, and names the address of its certificate in the message. The
 * topic's ARN, which a source's file holds, is what binds a message to us: everybody may have SNS sign.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
import { isInForce, isSignedBy, readPublishedKey, signWithPrivateKey } from '../publicKey.ts';
import { type KeyRequest, pinnedUrl } from '../remoteKey.ts';
import type { RequestValues } from '../requestValues.ts';
import type { CodedScheme } from '../scheme.ts';
import { decodeSignature } from '../signatureText.ts';
import { clockSkew, readSignedTime } from '../timestamp.ts';
import { misconfigured, proven, refused, type Unproven, type Verification } from '../verification.ts';
import { type CodedModuleCode, type CodedSigning, type CodedVerification, fieldText } from './codedModule.ts';

/** In the order in which they are signed; the last two only of confirmations. */
const NOTIFICATION_FIELDS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const CONFIRMATION_FIELDS = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
] as const;
const OPTIONAL_FIELDS: readonly string[] = ['Subject'];

const ALGORITHMS: Readonly<Record<string, 'rsa-sha1' | 'rsa-sha256'>> = {
  '1': 'rsa-sha1',
  '2': 'rsa-sha256',
};

/** A message may wait for hours when we were not there: SNS repeats it unchanged, with its first timestamp. */
const TOLERANCE_SECONDS = 24 * 3600;

const TOPIC_ARN = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_.-]+$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[A-Za-z0-9-]+\.pem$/;

export const awsSns: CodedModuleCode = { keyWanted, verify, sign };

/** The host that speaks for SNS in the topic's region. */
export function snsHost(topicArn: string): string | undefined {
  const [, partition, region] = TOPIC_ARN.exec(topicArn) ?? [];
  if (region === undefined) return undefined;
  return `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

/** What a topic asks before it sends: visiting the address confirms. */
export interface SnsConfirmation {
  readonly kind: 'subscription' | 'end-of-subscription';
  /** https, on the host of the topic's region. */
  readonly confirmUrl: string;
}

/**
 * The question in a message, once it is verified; undefined for an ordinary notification.
 * @param values - of a webhook that `verify` accepted.
 */
export function readConfirmation(scheme: CodedScheme, values: RequestValues): SnsConfirmation | undefined {
  const type = fieldText(values, 'Type');
  if (type !== 'SubscriptionConfirmation' && type !== 'UnsubscribeConfirmation') return undefined;
  const host = snsHost(scheme.parameters['topicArn'] ?? '');
  const confirmUrl = host && pinnedUrl(fieldText(values, 'SubscribeURL') ?? '', [host]);
  if (!confirmUrl) return undefined;
  return {
    kind: type === 'SubscriptionConfirmation' ? 'subscription' : 'end-of-subscription',
    confirmUrl,
  };
}

function keyWanted({ scheme, values }: Pick<CodedVerification, 'scheme' | 'values'>): KeyRequest | Unproven {
  const refusal = refuseOtherTopic(scheme, values);
  if (refusal !== undefined) return refusal;
  const address = fieldText(values, 'SigningCertURL') ?? fieldText(values, 'SigningCertUrl');
  if (address === undefined) return refused('signed-field-missing');
  const host = snsHost(scheme.parameters['topicArn'] ?? '');
  const url = host === undefined ? undefined : pinnedUrl(address, [host]);
  return url === undefined || !CERTIFICATE_PATH.test(new URL(url).pathname) || new URL(url).search !== ''
    ? refused('key-elsewhere')
    : { id: url, url };
}

/** Before anything is fetched: a message of another topic is not worth a request. */
function refuseOtherTopic(scheme: CodedScheme, values: RequestValues): Unproven | undefined {
  const topic = fieldText(values, 'TopicArn');
  if (topic === undefined) return refused('signed-field-missing');
  return topic === scheme.parameters['topicArn'] ? undefined : refused('claim-mismatch');
}

function verify({ scheme, values, now, fetched }: CodedVerification): Verification {
  if (fetched === undefined) return misconfigured('key-unavailable');
  const refusal = refuseOtherTopic(scheme, values);
  if (refusal !== undefined) return refusal;
  const algorithm = ALGORITHMS[fieldText(values, 'SignatureVersion') ?? ''];
  const text = fieldText(values, 'Signature');
  if (text === undefined) return refused('signature-missing');
  const signature = decodeSignature(text, 'base64', undefined);
  if (algorithm === undefined || signature === undefined) return refused('signature-malformed');
  const content = signedFields(values);
  if (content === undefined) return refused('signed-field-missing');
  const signedAt = readSignedTime(fieldText(values, 'Timestamp') ?? '', 'iso');
  if (signedAt === undefined) return refused('timestamp-malformed');

  const key = isInForce(fetched, now) ? readPublishedKey(fetched, algorithm) : undefined;
  if (key === undefined) return misconfigured('key-unusable');
  if (!isSignedBy(key, { algorithm }, content, signature)) return refused('signature-mismatch');
  const skew = clockSkew(signedAt, now, TOLERANCE_SECONDS);
  return skew === undefined ? proven(values.webhook, 'authenticated', undefined, signedAt) : refused(skew);
}

function signedFields(values: RequestValues): string[] | undefined {
  const isNotification = fieldText(values, 'Type') === 'Notification';
  const content: string[] = [];
  for (const name of isNotification ? NOTIFICATION_FIELDS : CONFIRMATION_FIELDS) {
    const value = fieldText(values, name);
    if (value !== undefined) content.push(`${name}\n${value}\n`);
    else if (!OPTIONAL_FIELDS.includes(name)) return undefined;
  }
  return content;
}

function sign({ scheme, secret, webhook, draft }: CodedSigning) {
  const topicArn = scheme.parameters['topicArn'] ?? '';
  const message = {
    Type: 'Notification',
    MessageId: webhook.eventId,
    TopicArn: topicArn,
    Message: Buffer.from(webhook.body).toString('utf8'),
    Timestamp: new Date(webhook.now).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: `https://${snsHost(topicArn) ?? ''}/SimpleNotificationService-hookwright-test.pem`,
  };
  draft.body = Buffer.from(JSON.stringify(message));
  const content = signedFields(draft.asValues(webhook.now)) ?? [];
  const signature = signWithPrivateKey(secret, { algorithm: 'rsa-sha256' }, content);
  draft.body = Buffer.from(
    JSON.stringify({ ...message, Signature: Buffer.from(signature).toString('base64') }),
  );
  draft.headers.set('x-amz-sns-message-type', 'Notification');
  draft.headers.set('x-amz-sns-topic-arn', topicArn);
  draft.contentType = 'text/plain; charset=UTF-8';
  return draft.signed();
}
