/** S3, two verbs. */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Once more after a failure, and no oftener: somebody waits for the answer. */
const ATTEMPTS = 2;

/**
 * The endpoint is the region's own, or the one in AWS_ENDPOINT_URL_S3. Nothing is said of how a bucket is addressed: the
 * SDK puts its name into the host, and into the path where the endpoint is an IP address, which has no subdomains.
 */
export const createS3Client = (): S3Client => new S3Client({ maxAttempts: ATTEMPTS });

/** @throws the signal's own reason when it is given before S3 has answered. */
export type PutObject = (key: string, body: string | Uint8Array, abortSignal: AbortSignal) => Promise<void>;

/**
 * The body is no stream, so the SDK sends it whole with its CRC32 in a header, and S3 refuses what changed on the way: the
 * default checksums need no setting, and no `aws-chunked` body arises.
 */
export const putObjectWith =
  (client: S3Client, bucket: string): PutObject =>
  async (key, body, abortSignal) => {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: typeof body === 'string' ? 'application/json' : 'application/octet-stream',
    });
    await inTime(client.send(command, { abortSignal }), abortSignal);
  };

/** @throws the signal's own reason when it is given before all of the object is here. */
export type GetObject = (key: string, abortSignal: AbortSignal) => Promise<Uint8Array>;

export const getObjectWith =
  (client: S3Client, bucket: string): GetObject =>
  async (key, abortSignal) => {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { Body } = await inTime(client.send(command, { abortSignal }), abortSignal);
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };

/** What the SDK throws when it is told to stop is called AbortError, which says nothing about why. */
async function inTime<Result>(answer: Promise<Result>, abortSignal: AbortSignal): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    throw abortSignal.aborted ? abortSignal.reason : error;
  }
}
