import { isClockSkewCorrectedError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { CertificateError, CredentialsError, MissingPermissionError, OperatorError, quoted } from '../errors.ts';

type UnavailableReason = 'THROTTLED' | 'SERVICE_UNAVAILABLE' | 'TIMED_OUT';

/** What a service answered, or why it did not: it refused, with an HTTP status, or it was not available in time. */
export type Answer<Value> = { value: Value } | Unanswered;
/** `resultUnknown`: of at least one attempt nobody knows whether the service carried it out. */
export type Unanswered = { resultUnknown?: boolean } & ({ refused: number } | { unavailable: UnavailableReason });

/** Characters of an error's name or message, in the log and in our own messages. */
const MESSAGE_MAX_LENGTH = 1_000;

/** A successful answer without the expected content, such as the continued contact's id. A retry may help. */
export function invalidResponse(message: string, $metadata?: SdkError['$metadata']): Error {
  return Object.assign(new Error(message), { name: 'InvalidResponseError', $retryable: {}, $metadata });
}

/** An error of the SDK, of Node or as a service's answer describes it: any field may be missing or of another type. */
type Failure = SdkError & { code?: unknown };

/** Whether the next attempt may succeed: throttling, service faults, a lost connection, a senseless answer. */
export function isRetryable(thrown: unknown): boolean {
  const error = thrown as Failure;
  const status = statusOf(error);
  if (isThrottlingError(error) || isClockSkewCorrected(error)) return true;
  if (status === 408 || nameOf(error).startsWith('RequestTimeout')) return true;
  if ((status >= 400 && status < 500) || isCertificateError(error)) return false;
  // The SDK adds `$response` to the error of an answer that it could not read.
  if (status >= 300 || isTransientError(error) || '$response' in error) return true;
  // Node's own errors carry a code: only an invalid argument (`TypeError`) fails again the next time.
  return typeof error.code === 'string' && !(error instanceof TypeError);
}

/** Why a service could not be used in time; `undefined` where it did answer, or another attempt makes no sense. */
export function unavailableReason(thrown: unknown): UnavailableReason | undefined {
  const error = thrown as Failure;
  // What the SDK's correction of the clock did not cure is for an operator to fix.
  if (!isRetryable(thrown) || isClockSkewCorrected(error)) return undefined;
  if (isThrottlingError(error)) return 'THROTTLED';
  return error.name === 'TimeoutError' && !isReset(error) ? 'TIMED_OUT' : 'SERVICE_UNAVAILABLE';
}

/** Why a request has no value. Throws what is neither a refusal nor temporary: see {@link throwOperatorErrors}. */
export function whyUnanswered(service: string, thrown: unknown, permission: string): Unanswered {
  const unavailable = unavailableReason(thrown);
  if (unavailable) return { unavailable };
  throwOperatorErrors(service, thrown, permission);
  const refused = statusOf(thrown);
  if (refused >= 400 && refused < 500) return { refused };
  throw thrown;
}

/** The SDK calls a connection that was reset a timeout, too; its code tells them apart. */
function isReset(error: Failure): error is Failure & { code: string } {
  return error.name === 'TimeoutError' && typeof error.code === 'string' && error.code !== 'ETIMEDOUT';
}

/**
 * Throws what only an operator can fix, by name and status: not every service model lists these errors, and AWS answers
 * some with 400 ("Common errors" of the API references).
 *
 * @param permission what the function's role lacks where access is denied, and what to allow
 * @throws {OperatorError}
 */
export function throwOperatorErrors(service: string, thrown: unknown, permission: string): void {
  if (thrown instanceof OperatorError) throw thrown;
  const error = thrown as Failure;
  if (nameOf(error).startsWith('AccessDenied')) {
    const message = messageOf(error);
    throw new MissingPermissionError(
      `The function's role may not call ${permission} in the role's policy (template.yaml does). ${service} said: ${message}`,
      // Not the error itself: it carries every field of the answer, and causes are logged.
      { cause: { name: nameOf(error), message, requestId: error.$metadata?.requestId } },
    );
  }
  if (isCertificateError(error)) {
    throw new CertificateError(
      `The TLS certificate of ${service}'s endpoint is not accepted (${error.code}: ${messageOf(error)}). Check the endpoint URL of the function (AWS_ENDPOINT_URL…), and any proxy on the way.`,
    );
  }
  if (isAboutCredentials(error)) {
    throw new CredentialsError(
      `${service} does not accept the function's AWS credentials (${nameOf(error)}: ${messageOf(error)}). Check the role, the account and the Region that the function runs with, and any proxy on the way.`,
    );
  }
}

/** Refused for its time, and the SDK has corrected its clock. It marks every answer whose time is off, even a 404. */
function isClockSkewCorrected(error: Failure): boolean {
  return Boolean(isClockSkewCorrectedError(error)) && isAboutCredentials(error);
}

function isAboutCredentials(error: Failure): boolean {
  return [401, 403].includes(statusOf(error)) || CREDENTIALS_ERROR.test(nameOf(error));
}

export type ServiceError = ReturnType<typeof serviceError>;

/** What a failed request met, for the log: in the words of the service or of Node, never of a customer. */
export function serviceError(operation: string, thrown: unknown) {
  const error = thrown as Failure;
  const { httpStatusCode, requestId } = error.$metadata ?? {};
  const name = isReset(error) ? error.code : nameOf(error);
  return { operation, name, message: messageOf(error), httpStatusCode, requestId };
}

/** The HTTP status of the answer; 0 where there was none. */
export function statusOf(thrown: unknown): number {
  return (thrown as Failure).$metadata?.httpStatusCode ?? 0;
}

/** The error's type. A body may claim any JSON value as its type; only a text is one. */
function nameOf(thrown: unknown): string {
  const { name } = thrown as { name?: unknown };
  return typeof name === 'string' ? name.slice(0, MESSAGE_MAX_LENGTH) : 'UnknownError';
}

/** A syntax error's message quotes what it could not read, a contact's attributes; an AggregateError has none. */
function messageOf(error: Failure): string {
  if (error instanceof SyntaxError) return 'The answer is not JSON.';
  const message = typeof error.message === 'string' && error.message ? error.message : quoted(error.code ?? '');
  return message.slice(0, MESSAGE_MAX_LENGTH).toWellFormed();
}

function isCertificateError({ code }: Failure): boolean {
  return typeof code === 'string' && CERTIFICATE_ERROR.test(code);
}

/** OpenSSL's codes as Node names them (node:tls, "X509 certificate error codes"), and Node's own for the host name. */
const CERTIFICATE_ERROR =
  /CERT|^UNABLE_TO_(GET|VERIFY|DECODE)_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$|^CRL_/;

const CREDENTIALS_ERROR =
  /^(ExpiredToken|RequestExpired|RequestTimeTooSkewed|RequestInTheFuture|AuthFailure|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|MissingAuthenticationToken)/;
