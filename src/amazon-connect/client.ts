import { ConnectClient } from '@aws-sdk/client-connect';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { CredentialsError, MissingRegionError } from '../errors.ts';
import { AttemptTimeLimit } from './attempt-time-limit.ts';

/**
 * The one SDK client, configured here and nowhere else. `AWS_ENDPOINT_URL_CONNECT` points it at another Amazon Connect,
 * the local one say (the SDK reads it). Retries are set for each request, in operations.ts.
 */
export function connectClient(): ConnectClient {
  return new ConnectClient({ region, credentials, requestHandler: new AttemptTimeLimit() });
}

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
