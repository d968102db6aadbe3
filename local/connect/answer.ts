/** A JSON answer before it is sent. An error has a type, for the header `x-amzn-ErrorType`, and a message. */
export interface Answer {
  status: number;
  error?: { type: string; message: string };
  body: string;
}

/** An error in the form of the restJson1 protocol: the type in a header, the body holds the message only. */
export function errorAnswer(status: number, type: string, message: string, members: object = { Message: message }) {
  return { status, error: { type, message }, body: JSON.stringify(members) };
}

/** The ARN of a resource. Region and account are the sample data's: everything belongs to the one instance. */
export function arn(instanceId: string, resource: string): string {
  return `arn:aws:connect:us-east-1:111122223333:instance/${instanceId}/${resource}`;
}

/** The error types and the HTTP status that the service models give each. */
export const STATUS = {
  InvalidRequestException: 400,
  InvalidParameterException: 400,
  InvalidContactFlowException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ContactNotTerminatedException: 409,
  DuplicateResourceException: 409,
  ContactNotFoundException: 410,
} as const;

/** A request that Amazon Connect refuses, with a message for people and the members of the answer if not only `Message`. */
export class ConnectError extends Error {
  readonly type: keyof typeof STATUS;
  readonly members: object | undefined;

  constructor(type: keyof typeof STATUS, message: string, members?: object) {
    super(message);
    this.type = type;
    this.members = members;
  }
}

/** A refusal because of the contacts' state, not of how the request is written. */
export const refusal = (message: string) => new ConnectError('InvalidRequestException', message);

/** A refusal for a member that is missing or beyond its limits. */
export const invalid = (message: string) => new ConnectError('InvalidParameterException', message);

/** A refusal for a resource that is named and does not exist. */
export const notFound = (message: string) => new ConnectError('ResourceNotFoundException', message);
