/** Why the acceptance test cannot continue: one sentence for the person who runs it. */
export class Problem extends Error {
  /** Whether the request may have been carried out in spite of the error. */
  readonly mayBeDone: boolean;

  constructor(sentence: string, mayBeDone = false) {
    super(sentence);
    this.mayBeDone = mayBeDone;
  }
}

/** What the SDK throws. */
export type Thrown = Error & {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  problems?: { message?: string }[];
};

/** A request that failed. */
export class RequestError extends Problem {
  /** The error's name, such as `InvalidRequestException`. */
  readonly type: string;
  /** The HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;

  constructor(operation: string, { name, message, $metadata, problems }: Thrown, mayBeDone: boolean) {
    const status = $metadata?.httpStatusCode;
    const details = problems?.map(problem => problem.message).join(' ') || message;
    const text = details.replaceAll(/\s+/g, ' ').replace(/\.?$/, '.');
    super(`${whatFailed(operation, name, status)} ${text}`, mayBeDone);
    this.type = name;
    this.status = status;
  }
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
