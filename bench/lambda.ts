import { tmpdir } from 'node:os';
import type { FlowEvent } from './returning-chat.ts';

/** What Lambda invokes. */
export type Handler = (event: FlowEvent, context: unknown) => Promise<Record<string, string | undefined>>;

/**
 * All that a handler's process has in its environment: nothing of this machine's, so that no profile, proxy or Node
 * option of a developer changes a measurement.
 *
 * @param endpoint of the local Amazon Connect
 */
export function lambdaEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_CONNECT: endpoint,
    POWERTOOLS_SERVICE_NAME: 'persistent-chat',
    // A home without ~/.aws, as in Lambda.
    HOME: `${tmpdir()}/no-home`,
  };
}
