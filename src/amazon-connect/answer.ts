import { nameOf, serviceError, statusOf, throwOperatorErrors, unavailableReason } from '../aws/service-error.ts';
import { MissingPermissionError } from '../errors.ts';
import type { UnavailableReason } from '../outcome.ts';

/** What Amazon Connect said to a request, or that it said nothing in time. */
export type Answer<Value> =
  | { kind: 'answered'; value: Value }
  | { kind: 'refused'; status: number }
  | { kind: 'unavailable'; reason: UnavailableReason };

/**
 * The answer that a failed request amounts to.
 *
 * @param instanceArn the instance's ARN, as the event names it
 * @throws {MissingPermissionError | CredentialsError | CertificateError | MissingRegionError} what only an operator can
 *   fix; by name and status, since the service model of `DescribeContact` lists no such error
 */
export function answerToFailure(operation: string, instanceArn: string, thrown: unknown): Answer<never> {
  const reason = unavailableReason(thrown);
  if (reason) return { kind: 'unavailable', reason };
  if (nameOf(thrown).startsWith('AccessDenied')) {
    const { name, message, requestId } = serviceError(operation, thrown);
    throw new MissingPermissionError(
      `The function's role may not call connect:${operation}. Allow this action on ${resources(operation, instanceArn)}, ` +
        "in the role's policy (template.yaml does). " +
        `Amazon Connect said: ${message}`,
      // Not the error itself: it carries every field of the answer, and causes are logged.
      { cause: { name, message, requestId } },
    );
  }
  throwOperatorErrors('Amazon Connect', thrown);
  const status = statusOf(thrown);
  if (status >= 400 && status < 500) return { kind: 'refused', status };
  throw thrown;
}

/** Service authorization reference: `ListAssociatedContacts` is authorised against the contact alone, the others on both. */
function resources(operation: string, instanceArn: string): string {
  const contacts = `"${instanceArn}/contact/*"`;
  return operation === 'ListAssociatedContacts' ? contacts : `both resources, "${instanceArn}" and ${contacts}`;
}
