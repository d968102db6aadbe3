import { type Call, type Contact, startLocalConnect } from '../../local/connect/index.ts';
import { invokeBundle, type LoggedInvocation } from './invoke-bundle.ts';

/** Against what the block runs. */
export type Connect =
  | { faults: readonly string[]; transcriptDelaySeconds: number }
  /** One that runs already. */
  | { endpoint: string };

/** What happened when the block ran once. */
export interface Run {
  event: unknown;
  invocation: LoggedInvocation;
  endpoint: string;
  /** What the local Amazon Connect knows; absent for one that runs elsewhere. */
  local?: { calls: readonly Call[]; contacts: ReadonlyMap<string, Contact> };
}

/** Runs the block for one event, against a fresh local Amazon Connect or one that runs already. */
export async function runEvent(event: unknown, connect: Connect): Promise<Run> {
  if ('endpoint' in connect) return invokeOnce(event, { AWS_ENDPOINT_URL_CONNECT: connect.endpoint });
  const local = await startLocalConnect(connect);
  try {
    return { ...(await invokeOnce(event, { AWS_ENDPOINT_URL_CONNECT: local.url })), local };
  } finally {
    await local.close();
  }
}

/** Runs the block for one event, with these variables besides the shell's. */
export async function invokeOnce(
  event: unknown,
  environment: { AWS_ENDPOINT_URL_CONNECT: string } & Record<string, string>,
): Promise<Run> {
  const endpoint = environment.AWS_ENDPOINT_URL_CONNECT;
  // The account reads the function's own log line.
  const invocation = await invokeBundle(event, { ...environment, POWERTOOLS_LOG_LEVEL: 'INFO' });
  return { event, endpoint, invocation };
}
