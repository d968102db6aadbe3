import type { Readable } from 'node:stream';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import type { RetryStrategyV2 } from '@smithy/types';
import { CredentialsError, MissingRegionError } from '../errors.ts';
import { InvalidResponseError } from './service-error.ts';

/** A larger answer is not read on, bytes: the largest that is expected, 100 contacts of a session, has some 60 KB. */
const ANSWER_MAX_BYTES = 1024 * 1024;

/** What every SDK client of this function is made with. `AWS_ENDPOINT_URL_…` points one elsewhere (the SDK reads it). */
export function clientConfig() {
  return {
    region,
    credentials,
    retryStrategy: ONE_ATTEMPT,
    streamCollector,
  };
}

/** The retry loop is our own (retry-until-deadline.ts). */
const ONE_ATTEMPT: RetryStrategyV2 = {
  acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
  refreshRetryTokenForRetry: async (_, { error }) => {
    throw error;
  },
  recordSuccess: () => {},
};

async function region(): Promise<string> {
  const name = process.env['AWS_REGION'];
  // It becomes a part of a host name.
  if (!name || !/^[a-z0-9-]+$/.test(name)) throw new MissingRegionError(name);
  return name;
}

/**
 * Credentials from the environment only: Lambda and `sam local` put them there, and the rest of the SDK's provider
 * chain (profiles, SSO, container and instance metadata) would cost every cold start its loading.
 */
async function credentials() {
  try {
    return await fromEnv()();
  } catch (cause) {
    throw new CredentialsError(
      'There are no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set in the environment, the ' +
        'only place where this function looks. AWS Lambda and sam local set them; elsewhere export them (profiles: ' +
        'aws configure export-credentials --format env).',
      { cause },
    );
  }
}

/** Reads an answer's body, as long as it is not too large. By events: an async iterator takes a millisecond of a first call. */
function streamCollector(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body
      .on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > ANSWER_MAX_BYTES) {
          body.destroy(new InvalidResponseError(`The answer has more than ${ANSWER_MAX_BYTES} bytes.`));
        }
      })
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject);
  });
}
