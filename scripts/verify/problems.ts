/** Why the acceptance test cannot continue: one sentence for the person who runs it. */
export class Problem extends Error {
  /** Of a request that failed: whether it may have been carried out in spite of the error. */
  mayBeDone = false;
  /** The name of Amazon Connect's error, such as `InvalidRequestException`. */
  type = '';
  /** The HTTP status; `undefined` if there was no answer. */
  status: number | undefined;
}

export type Thrown = Error & {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  problems?: { message?: string }[];
};

export function problemOf(operation: string, thrown: Thrown | Problem, mayBeDone: boolean): Problem {
  if (thrown instanceof Problem) return Object.assign(new Problem(thrown.message), { mayBeDone });
  const { name: type, message, $metadata, problems } = thrown;
  const status = $metadata?.httpStatusCode;
  const details = problems?.map(problem => problem.message).join(' ') || message;
  const text = details.replaceAll(/\s+/g, ' ').replace(/\.?$/, '.');
  return Object.assign(new Problem(`${whatFailed(operation, type, status)} ${text}`), { mayBeDone, type, status });
}

function whatFailed(operation: string, type: string, status: number | undefined): string {
  if (/Credentials|ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientToken/.test(type))
    return 'AWS does not accept the credentials, or there are none:';
  if (status === undefined) return `Amazon Connect could not be reached (${operation}):`;
  if (type === 'AccessDeniedException') return `Missing permission: connect:${operation}; --help has what is needed.`;
  if (status === 429)
    return `Amazon Connect throttles ${operation}: run the test again when other chats use less of this quota.`;
  if (operation === 'ListContactFlowModules' && (status === 404 || type === 'InvalidParameterException'))
    return 'There is no such instance in this account and Region: check --instance-arn.';
  return `Amazon Connect refuses ${operation} (${type}):`;
}
