/** S3, one verb. */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Once more after a failure, and no oftener: somebody waits for the answer. */
const ATTEMPTS = 2;

/**
 * The endpoint is the region's own, or the one in AWS_ENDPOINT_URL_S3. Nothing is said of how a bucket is addressed: the
 * SDK puts its name into the host, and into the path where the endpoint is an IP address, which has no subdomains.
 */
export const createS3Client = (): S3Client => new S3Client({ maxAttempts: ATTEMPTS });

/** @throws the signal's own reason when it is given before S3 has answered. */
export type PutObject = (key: string, text: string, abortSignal: AbortSignal) => Promise<void>;

/**
 * The body is a text and not a stream, so the SDK sends it whole with its CRC32 in a header, and S3 refuses what changed
 * on the way: the default checksums need no setting, and no `aws-chunked` body arises.
 */
export const putObjectWith =
  (client: S3Client, bucket: string): PutObject =>
  async (key, text, abortSignal) => {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: text,
      ContentType: 'application/json',
    });
    try {
      await client.send(command, { abortSignal });
    } catch (error) {
      // What the SDK throws then is called AbortError, which says nothing about why.
      throw abortSignal.aborted ? abortSignal.reason : error;
    }
  };
