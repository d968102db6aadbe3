import type { IncomingMessage } from 'node:http';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { SdkError } from '@smithy/types';

/**
 * How long one attempt may take, milliseconds: connection, answer and body together. An answer within a second is
 * always waited for; two hung attempts in a row leave more than half of 7 seconds for others.
 */
export const ATTEMPT_LIMIT_MS = 1_500;

/**
 * Node's HTTP handler with one time limit for a whole attempt, so that a hung one is given up in time for another.
 *
 * The SDK's `requestTimeout` runs from before the connection until the answer's headers arrive (and only warns without
 * `throwOnRequestTimeout`); its `socketTimeout` begins anew with every byte. So the body gets what the headers left.
 */
export class AttemptTimeLimit extends NodeHttpHandler {
  constructor() {
    super({ requestTimeout: ATTEMPT_LIMIT_MS, throwOnRequestTimeout: true });
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const startedAt = performance.now();
    const { response } = await super.handle(request, options);
    const body: IncomingMessage = response.body;
    const tooLate = () => body.destroy(timeoutError(`The answer was not complete within ${ATTEMPT_LIMIT_MS} ms.`));
    const timer = setTimeout(tooLate, ATTEMPT_LIMIT_MS - (performance.now() - startedAt));
    body.once('close', () => clearTimeout(timer));
    return { response };
  }
}

/** An error as the SDK's own of a timeout. */
export function timeoutError(message: string): SdkError {
  return Object.assign(new Error(message), { name: 'TimeoutError' }) as SdkError;
}
