/**
 * What only an operator or the flow author can mend. These are thrown, so that the flow takes its Error branch;
 * everything that merely happens to one chat is an outcome instead (outcome.ts).
 *
 * Each class sets its `name` itself: Lambda reports it as the error type, and the bundle's minifier renames classes.
 *
 * @module
 */
/** Base of all errors that this function throws on purpose: the message says what was wrong and where to change it. */
export abstract class BlockError extends Error {}

/** The event is not one that an Amazon Connect flow sends. */
export class MalformedEventError extends BlockError {
  override name = 'MalformedEventError';
}

/** The flow parameter `rehydrationType` is not a rehydration type. */
export class InvalidRehydrationTypeError extends BlockError {
  override name = 'InvalidRehydrationTypeError';
}

/** The flow parameter `timeLimitSeconds` is not a whole number from 1 to 60. */
export class InvalidTimeLimitError extends BlockError {
  override name = 'InvalidTimeLimitError';
}

/** The flow maps `customerId`, but the function was deployed without the check that would use it. */
export class CustomerIdNotCheckedError extends BlockError {
  override name = 'CustomerIdNotCheckedError';
}

/** An environment variable has a value that the function cannot work with. Thrown at start-up. */
export class InvalidEnvironmentError extends BlockError {
  override name = 'InvalidEnvironmentError';
}

/** The function's role may not call an operation of Amazon Connect. */
export class MissingPermissionError extends BlockError {
  override name = 'MissingPermissionError';

  /**
   * @param operation the operation that was denied, `CreatePersistentContactAssociation` say
   * @param instanceArn the instance's ARN, as the event names it
   * @param cause what Amazon Connect answered
   */
  constructor(operation: string, instanceArn: string, cause: Error) {
    super(
      `The function's role may not call connect:${operation}. Allow this action on both resources, ` +
        `"${instanceArn}" and "${instanceArn}/contact/*", in the role's policy (template.yaml does). ` +
        `Amazon Connect said: ${cause.message}`,
      { cause },
    );
  }
}

/** There are no AWS credentials in the function's environment, or Amazon Connect does not accept them. */
export class CredentialsError extends BlockError {
  override name = 'CredentialsError';
}

/** The function does not know its AWS Region, or what stands for it cannot be one. */
export class MissingRegionError extends BlockError {
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
