import type { Readable } from 'node:stream';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import type { RetryStrategyV2 } from '@smithy/types';
import { CredentialsError, MissingRegionError, quoted } from '../errors.ts';
import { invalidResponse } from './failure.ts';

/** Bytes. A larger answer is not read to its end; the largest expected one, 100 contacts, has some 60 KB. */
const ANSWER_MAX_BYTES = 1024 * 1024;

/** What every SDK client of this function is made with. The SDK itself reads `AWS_ENDPOINT_URL_…`. */
export function clientConfig() {
  return { region, credentials, retryStrategy: ONE_ATTEMPT, streamCollector };
}

/** The retry loop is our own (retry.ts). */
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
  if (name && /^[a-z0-9-]+$/.test(name)) return name;
  const value = name ? quoted(name) : 'not set';
  throw new MissingRegionError(
    `The environment variable AWS_REGION is ${value}. AWS Lambda sets it; elsewhere set it to the Region of the Amazon Connect instance, for example us-east-1.`,
  );
}

/** From the environment only: loading the rest of the SDK's provider chain would slow every cold start. */
async function credentials() {
  try {
    return await fromEnv()();
  } catch (cause) {
    throw new CredentialsError(
      'There are no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set in the environment, the only place where this function looks. AWS Lambda and sam local set them; elsewhere export them (profiles: aws configure export-credentials --format env).',
      { cause },
    );
  }
}

/** Reads an answer's body, unless it is too large. An async iterator would cost a first invocation a millisecond. */
function streamCollector(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body
      .on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > ANSWER_MAX_BYTES) {
          body.destroy(invalidResponse(`The answer has more than ${ANSWER_MAX_BYTES} bytes.`));
        }
      })
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject);
  });
}

/**
 * Sends a command as the first request will be (serialised, its endpoint resolved, signed), but the aborted signal
 * stops it before the network. So Lambda does this work while it initialises, at full CPU speed.
 */
export async function warmUp<Command>(
  command: Command,
  send: (command: Command, options: { abortSignal: AbortSignal }) => Promise<unknown>,
): Promise<void> {
  // What is missing, such as credentials, is for the first request to report: an invocation without one needs none.
  await send(command, { abortSignal: AbortSignal.abort() }).catch(() => undefined);
}
