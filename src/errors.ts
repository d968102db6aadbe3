/**
 * Base of all errors that this function throws on purpose, so that the flow takes its Error branch: what only an
 * operator or the flow author can fix. Everything that merely happens to one chat is an outcome instead (outcome.ts).
 */
export abstract class OperatorError extends Error {}

/** Lambda reports the name as the error type, and a bundler may rename classes. */
function named(name: string) {
  return class extends OperatorError {
    override name = name;
  };
}

export class MalformedEventError extends named('MalformedEventError') {}
export class UnknownParameterError extends named('UnknownParameterError') {}
export class InvalidRehydrationTypeError extends named('InvalidRehydrationTypeError') {}
export class InvalidModeError extends named('InvalidModeError') {}
export class InvalidTimeLimitError extends named('InvalidTimeLimitError') {}
export class InvalidEnvironmentError extends named('InvalidEnvironmentError') {}
export class MissingRegionError extends named('MissingRegionError') {}
export class MissingPermissionError extends named('MissingPermissionError') {}
export class CredentialsError extends named('CredentialsError') {}
export class CertificateError extends named('CertificateError') {}
export class SessionStoreTableError extends named('SessionStoreTableError') {}

/** By the name of the flow parameter whose value is wrong. */
export const PARAMETER_ERRORS = {
  rehydrationType: InvalidRehydrationTypeError,
  mode: InvalidModeError,
  timeLimitSeconds: InvalidTimeLimitError,
};

/** A value as an error message shows it: text in quotes, cut after 100 characters; of an object only that it is one. */
export function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
