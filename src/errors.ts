/**
 * What only an operator or the flow author can fix. These are thrown, so that the flow takes its Error branch;
 * everything that merely happens to one chat is an outcome instead (outcome.ts).
 *
 * @module
 */

/** Base of all errors that this function throws on purpose: the message says what was wrong and where to change it. */
export abstract class OperatorError extends Error {}

/** Lambda reports the name as the error type, and a bundler may rename classes. */
function named(name: string) {
  return class extends OperatorError {
    override name = name;
  };
}

/** The event is not one that an Amazon Connect flow sends. */
export class MalformedEventError extends named('MalformedEventError') {}
/** The flow passes a parameter that the function does not know. */
export class UnknownParameterError extends named('UnknownParameterError') {}
/** The flow parameter `rehydrationType` is not a rehydration type, or not possible with this deployment. */
export class InvalidRehydrationTypeError extends named('InvalidRehydrationTypeError') {}
/** The flow parameter `mode` is neither `CONTINUE` nor `FIND`, or is `FIND` and the source contact check is off. */
export class InvalidModeError extends named('InvalidModeError') {}
/** The flow parameter `timeLimitSeconds` is not a whole number from 1 to 60. */
export class InvalidTimeLimitError extends named('InvalidTimeLimitError') {}
/** An environment variable has a value that the function cannot work with. Thrown at start-up. */
export class InvalidEnvironmentError extends named('InvalidEnvironmentError') {}
/** The function's role may not call an operation. */
export class MissingPermissionError extends named('MissingPermissionError') {}
/** There are no AWS credentials in the function's environment, or the service does not accept them. */
export class CredentialsError extends named('CredentialsError') {}
/** The TLS certificate of an endpoint is not accepted. */
export class CertificateError extends named('CertificateError') {}
/** The session store's table is not there, or has another key. */
export class SessionStoreTableError extends named('SessionStoreTableError') {}
/** The function does not know its AWS Region, or `AWS_REGION` cannot be one. */
export class MissingRegionError extends named('MissingRegionError') {}

/**
 * A value as an error message shows it: text in quotes, cut where it would fill the log; of an object only that it is one.
 *
 * @example quoted('from segment') // '"from segment"'
 */
export function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
