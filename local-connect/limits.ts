import { ConnectError } from './connect-error.ts';

/**
 * A member's value if it is a string of `min` to `max` characters (the service model's limits), else an error to
 * answer.
 */
export function limited(member: string, value: unknown, min: number, max: number): string {
  if (typeof value !== 'string' || value.length < min || value.length > max) {
    throw new ConnectError('InvalidParameterException', `${member} must be a string of ${min} to ${max} characters.`);
  }
  return value;
}
