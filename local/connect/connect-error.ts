/**
 * Amazon Connect's error types and the HTTP status that its service model gives each; the last two are not in the model
 * but AWS-wide.
 */
const STATUS = {
  InvalidRequestException: 400,
  InvalidParameterException: 400,
  ResourceNotFoundException: 404,
  ContactNotFoundException: 410,
  MissingAuthenticationTokenException: 403,
  UnknownOperationException: 404,
} as const;

/** A request that Amazon Connect refuses: the error type, its HTTP status, and the message for people. */
export class ConnectError extends Error {
  readonly type: keyof typeof STATUS;
  readonly status: number;

  constructor(type: keyof typeof STATUS, message: string) {
    super(message);
    this.type = type;
    this.status = STATUS[type];
  }
}

/** A refusal for what the contacts are, as opposed to how the request is written. */
export function refusal(message: string): ConnectError {
  return new ConnectError('InvalidRequestException', message);
}
