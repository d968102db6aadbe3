/**
 * What only an operator or the flow author can fix. These are thrown, so that the flow takes its Error branch;
 * everything that merely happens to one chat is an outcome instead (outcome.ts).
 *
 * Each class sets its `name` itself: Lambda reports it as the error type, and a bundler may rename classes.
 *
 * @module
 */

/** Base of all errors that this function throws on purpose: the message says what was wrong and where to change it. */
export abstract class OperatorError extends Error {}

/** The event is not one that an Amazon Connect flow sends. */
export class MalformedEventError extends OperatorError {
  override name = 'MalformedEventError';
}

/** The flow passes a parameter that the function does not know. */
export class UnknownParameterError extends OperatorError {
  override name = 'UnknownParameterError';
}

/** The flow parameter `rehydrationType` is not a rehydration type. */
export class InvalidRehydrationTypeError extends OperatorError {
  override name = 'InvalidRehydrationTypeError';
}

/** The flow parameter `timeLimitSeconds` is not a whole number from 1 to 60. */
export class InvalidTimeLimitError extends OperatorError {
  override name = 'InvalidTimeLimitError';
}

/** An environment variable has a value that the function cannot work with. Thrown at start-up. */
export class InvalidEnvironmentError extends OperatorError {
  override name = 'InvalidEnvironmentError';
}

/** The function's role may not call an operation. */
export class MissingPermissionError extends OperatorError {
  override name = 'MissingPermissionError';
}

/** There are no AWS credentials in the function's environment, or the service does not accept them. */
export class CredentialsError extends OperatorError {
  override name = 'CredentialsError';
}

/** The TLS certificate of an endpoint is not accepted. */
export class CertificateError extends OperatorError {
  override name = 'CertificateError';
}

/** The session store's table is not there, or has another key. */
export class SessionStoreTableError extends OperatorError {
  override name = 'SessionStoreTableError';
}

/** The function does not know its AWS Region, or what stands for it cannot be one. */
export class MissingRegionError extends OperatorError {
  override name = 'MissingRegionError';

  constructor(region: string | undefined) {
    super(
      `The environment variable AWS_REGION is ${region ? quoted(region) : 'not set'}. AWS Lambda sets it; ` +
        'elsewhere set it to the Region of the Amazon Connect instance, us-east-1 say.',
    );
  }
}

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
