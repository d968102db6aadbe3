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

// For the flow author.
export class MalformedEventError extends named('MalformedEventError') {}
export class UnknownParameterError extends named('UnknownParameterError') {}
export class InvalidRehydrationTypeError extends named('InvalidRehydrationTypeError') {}
export class InvalidModeError extends named('InvalidModeError') {}
export class InvalidTimeLimitError extends named('InvalidTimeLimitError') {}

// For whoever deployed the function. The first one is thrown when it starts.
export class InvalidEnvironmentError extends named('InvalidEnvironmentError') {}
export class MissingRegionError extends named('MissingRegionError') {}
export class MissingPermissionError extends named('MissingPermissionError') {}
export class CredentialsError extends named('CredentialsError') {}
export class CertificateError extends named('CertificateError') {}
export class SessionStoreTableError extends named('SessionStoreTableError') {}

/**
 * A value as an error message shows it: text in quotes, of 100 characters at most; of an object only that it is one.
 *
 * @example quoted('from segment') // '"from segment"'
 */
export function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
