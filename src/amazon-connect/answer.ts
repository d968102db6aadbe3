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

/** What a failed request met last, for the log: in the words of Amazon Connect or of Node, never of a customer. */
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
  if (status === 401 || status === 403 || CREDENTIALS_ERROR.test(error.name)) {
    throw new CredentialsError(
      `Amazon Connect does not accept the function's AWS credentials (${error.name}: ${messageOf(error)}). ` +
        'Check the role, the account and the Region that the function runs with, and any proxy on the way.',
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

/** What a failed request met last. */
export function serviceError(operation: string, { failure }: RetryUntilDeadline, thrown: SdkError): ServiceError {
  const error = failure ?? thrown;
  return {
    operation,
    name: error.name,
    message: messageOf(error),
    httpStatusCode: error.$metadata?.httpStatusCode,
    requestId: error.$metadata?.requestId,
  };
}

/** The message of a syntax error quotes what it could not read, a contact's attributes say; an AggregateError has none. */
function messageOf(error: SdkError & { code?: unknown }): string {
  return error instanceof SyntaxError ? 'The answer is not JSON.' : error.message || String(error.code ?? '');
}

/** AWS answers some of these with 400 ("Common errors" of the API references). */
const CREDENTIALS_ERROR =
  /^(ExpiredToken|RequestExpired|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|MissingAuthenticationToken)/;
