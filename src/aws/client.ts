import type { Readable } from 'node:stream';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import type { AbsoluteLocation, DeserializeHandlerOptions, RetryStrategyV2 } from '@smithy/types';
import { CredentialsError, MissingRegionError, quoted } from '../errors.ts';
import { invalidResponse } from './failure.ts';

/** A larger answer is not read on, bytes: the largest that is expected, 100 contacts of a session, has some 60 KB. */
const ANSWER_MAX_BYTES = 1024 * 1024;

/** What every SDK client of this function is made with. `AWS_ENDPOINT_URL_…` points one elsewhere (the SDK reads it). */
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
  throw new MissingRegionError(
    `The environment variable AWS_REGION is ${name ? quoted(name) : 'not set'}. AWS Lambda sets it; elsewhere set it to ` +
      'the Region of the Amazon Connect instance, for example us-east-1.',
  );
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
          body.destroy(invalidResponse(`The answer has more than ${ANSWER_MAX_BYTES} bytes.`));
        }
      })
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject);
  });
}

interface Command {
  middlewareStack: {
    add(middleware: () => () => Promise<never>, options: DeserializeHandlerOptions & AbsoluteLocation): void;
  };
}

/**
 * Sends a command as the first call will, but for the network: serialised, its endpoint resolved, signed. So this work is
 * done while Lambda initialises, at the full speed of a processor, instead of in the first call, at the memory's share.
 */
export async function warmUp<C extends Command>(command: C, send: (command: C) => Promise<unknown>): Promise<void> {
  // The last step before the network: priority `low` comes after signing.
  const location = { step: 'deserialize', priority: 'low' } as const;
  command.middlewareStack.add(() => () => Promise.reject(new Error('Not sent.')), location);
  // What is missing here, such as credentials, is the first call's to report: a flow that has nothing to ask needs none.
  await send(command).catch(() => undefined);
}
