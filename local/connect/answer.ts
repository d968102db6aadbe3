/** An answer before it is sent. An error has a type, for the header `x-amzn-ErrorType`, and a message. */
export interface Answer {
  status: number;
  contentType: string;
  error?: { type: string; message: string };
  body: string;
}

/** An error in the form of the restJson1 protocol: the type in a header, the body holds the message only. */
export function errorAnswer(
  status: number,
  type: string,
  message: string,
  members: object = { Message: message },
): Answer {
  return { status, contentType: 'application/json', error: { type, message }, body: JSON.stringify(members) };
}

/** The ARN of a resource. Region and account are the sample data's: everything belongs to the one instance. */
export function arn(instanceId: string, resource: string): string {
  return `arn:aws:connect:us-east-1:111122223333:instance/${instanceId}/${resource}`;
}

/** The error types and the HTTP status that the service models give each. */
const STATUS = {
  InvalidRequestException: 400,
  InvalidParameterException: 400,
  InvalidContactFlowException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ContactNotTerminatedException: 409,
  DuplicateResourceException: 409,
  ContactNotFoundException: 410,
} as const;

/** A request that Amazon Connect refuses: the error's type, its HTTP status and a message for people. */
export class ConnectError extends Error {
  readonly type: keyof typeof STATUS;
  readonly status: number;
  /** Members of the answer's body other than `Message`. */
  readonly members: object | undefined;

  constructor(type: keyof typeof STATUS, message: string, members?: object) {
    super(message);
    this.type = type;
    this.status = STATUS[type];
    this.members = members;
  }
}

/** A refusal because of the contacts' state, not of how the request is written. */
export function refusal(message: string): ConnectError {
  return new ConnectError('InvalidRequestException', message);
}

/** A refusal for a member that is missing or beyond its limits. */
export function invalid(message: string): ConnectError {
  return new ConnectError('InvalidParameterException', message);
}
