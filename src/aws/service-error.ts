import { isClockSkewCorrectedError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { CertificateError, CredentialsError, OperatorError, quoted } from '../errors.ts';
import type { UnavailableReason } from '../outcome.ts';

/** Longer messages are cut in the log, characters. */
const MESSAGE_MAX_LENGTH = 1_000;

/** What a failed request met, for the log: in the words of the service or of Node, never of a customer. */
export interface ServiceError {
  operation: string;
  /** The error's type, `InvalidRequestException` say. */
  name: string;
  /** At most 1,000 characters. */
  message: string;
  httpStatusCode: number | undefined;
  requestId: string | undefined;
}

/** An answer without what was asked for, the id of the continued contact say. The next one may be better. */
export class InvalidResponseError extends Error {
  override name = 'InvalidResponseError';
  readonly $retryable = {};
  readonly $metadata: SdkError['$metadata'];

  constructor(message: string, metadata?: SdkError['$metadata']) {
    super(message);
    this.$metadata = metadata;
  }
}

/** What is thrown may be anything that the SDK, Node or a service made of it. */
type Failure = Partial<SdkError> & { code?: unknown };

/**
 * Whether the next attempt may succeed: throttling, service faults, a lost connection, a clock that the SDK has set
 * right, an answer that makes no sense.
 */
export function isRetryable(thrown: unknown): boolean {
  if (thrown instanceof OperatorError) return false;
  const error = thrown as SdkError & { code?: unknown };
  const status = statusOf(error);
  if (isThrottlingError(error) || isClockSkewCorrected(error) || status === 408) return true;
  if (nameOf(error).startsWith('RequestTimeout')) return true;
  if (status >= 400 && status < 500) return false;
  if (isCertificateError(error)) return false;
  // The SDK adds `$response` to the error of an answer that it could not read. Node's own errors carry a code: of all
  // of them, only a refused argument (a TypeError) would be the same the next time.
  return (
    status >= 300 ||
    isTransientError(error) ||
    '$response' in error ||
    (typeof error.code === 'string' && !(error instanceof TypeError))
  );
}

/** Why a service could not be used in time; `undefined` where it did answer, or another attempt makes no sense. */
export function unavailableReason(thrown: unknown): UnavailableReason | undefined {
  const error = thrown as SdkError & { code?: unknown };
  // A clock that is never set right is an operator's to fix.
  if (!isRetryable(thrown) || isClockSkewCorrected(error)) return undefined;
  if (isThrottlingError(error)) return 'THROTTLED';
  // The SDK calls a connection that was reset a timeout, too; its code tells them apart.
  const timedOut = error.name === 'TimeoutError' && (error.code === undefined || error.code === 'ETIMEDOUT');
  return timedOut ? 'TIMED_OUT' : 'SERVICE_UNAVAILABLE';
}

/**
 * Throws what only an operator can fix, whatever was called.
 *
 * @param service its name for people, `Amazon Connect`
 * @throws {OperatorError} as it is
 * @throws {CertificateError} the endpoint's TLS certificate is not accepted
 * @throws {CredentialsError} the credentials are refused; AWS answers some of these with 400 ("Common errors" of the API
 *   references)
 */
export function throwOperatorErrors(service: string, thrown: unknown): void {
  if (thrown instanceof OperatorError) throw thrown;
  const error = thrown as Failure;
  if (isCertificateError(error)) {
    throw new CertificateError(
      `The TLS certificate of ${service}'s endpoint is not accepted (${error.code}: ${messageOf(error)}). Check the ` +
        'endpoint URL of the function (AWS_ENDPOINT_URL…), and any proxy on the way.',
    );
  }
  if (isAboutCredentials(error)) {
    throw new CredentialsError(
      `${service} does not accept the function's AWS credentials (${nameOf(error)}: ${messageOf(error)}). ` +
        'Check the role, the account and the Region that the function runs with, and any proxy on the way.',
    );
  }
}

/**
 * Whether a request was refused for its time, and the SDK has set its clock right. It marks every answer whose time is off
 * by minutes, a 404 as well, and again each time that the second changes.
 */
function isClockSkewCorrected(error: SdkError): boolean {
  return Boolean(isClockSkewCorrectedError(error)) && isAboutCredentials(error);
}

function isAboutCredentials(error: Failure): boolean {
  const status = statusOf(error);
  return status === 401 || status === 403 || CREDENTIALS_ERROR.test(nameOf(error));
}

/** What a failed request met. */
export function serviceError(operation: string, thrown: unknown): ServiceError {
  const error = thrown as Failure;
  return {
    operation,
    name: nameOf(error),
    message: messageOf(error),
    httpStatusCode: error.$metadata?.httpStatusCode,
    requestId: error.$metadata?.requestId,
  };
}

/** The HTTP status of the answer; 0 where there was none. */
export function statusOf(thrown: unknown): number {
  return (thrown as Failure).$metadata?.httpStatusCode ?? 0;
}

/** The error's type. A body may claim any JSON value as its type; only a text is one. */
export function nameOf(thrown: unknown): string {
  const { name } = thrown as { name?: unknown };
  return typeof name === 'string' ? name.slice(0, MESSAGE_MAX_LENGTH) : 'UnknownError';
}

/** The message of a syntax error quotes what it could not read, a contact's attributes say; an AggregateError has none. */
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
