import { isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { BlockError, CredentialsError, MissingPermissionError } from '../errors.ts';
import type { UnavailableReason } from '../outcome.ts';
import { isRetryable, type RetryUntilDeadline } from './retry-until-deadline.ts';

/** What Amazon Connect said to a request, or that it said nothing in time. */
export type Answer<Value> =
  | { kind: 'answered'; value: Value }
  | { kind: 'refused'; status: number }
  | { kind: 'unavailable'; reason: UnavailableReason };

/** What a failed request met last, for the log: nothing here comes from a customer. */
export interface ServiceError {
  operation: string;
  /** The error's type, `InvalidRequestException` say. */
  name: string;
  message: string;
  httpStatusCode: number | undefined;
  requestId: string | undefined;
}

/**
 * The answer that a failed request amounts to.
 *
 * @throws {MissingPermissionError | CredentialsError | MissingRegionError} what only the operator can mend; by name and
 *   status, since the service model of `DescribeContact` lists no such error
 */
export function answerToFailure(
  operation: string,
  instanceArn: string,
  { failure }: RetryUntilDeadline,
  thrown: SdkError,
): Answer<never> {
  const error = failure ?? thrown;
  if (error instanceof BlockError) throw error;
  if (isThrottlingError(error)) return { kind: 'unavailable', reason: 'THROTTLED' };
  if (isTimeout(error)) return { kind: 'unavailable', reason: 'TIMED_OUT' };

  const status = error.$metadata?.httpStatusCode ?? 0;
  if (error.name.startsWith('AccessDenied')) throw new MissingPermissionError(operation, instanceArn, error);
  if (status === 401 || status === 403) {
    throw new CredentialsError(
      `Amazon Connect does not accept the function's AWS credentials (${error.name}: ${error.message}). ` +
        'Check the role, the account and the Region that the function runs with.',
      { cause: error },
    );
  }
  if (status >= 400 && status < 500) return { kind: 'refused', status };
  if (isRetryable(error)) return { kind: 'unavailable', reason: 'SERVICE_UNAVAILABLE' };
  throw error;
}

/** The SDK calls a connection that was reset a timeout, too; its code tells them apart. */
function isTimeout({ name, code = 'ETIMEDOUT' }: SdkError & { code?: unknown }): boolean {
  return name === 'TimeoutError' && code === 'ETIMEDOUT';
}

/** What a failed request met last, without anything of the answer's content. */
export function serviceError(operation: string, { failure }: RetryUntilDeadline, thrown: SdkError): ServiceError {
  const error = failure ?? thrown;
  return {
    operation,
    name: error.name,
    // The message of a syntax error quotes the text that it could not read: a contact, with its attributes.
    message: error instanceof SyntaxError ? 'The answer is not JSON.' : error.message,
    httpStatusCode: error.$metadata?.httpStatusCode,
    requestId: error.$metadata?.requestId,
  };
}
