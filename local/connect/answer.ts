/** An answer before it goes on the wire. An error has a type, which `x-amzn-ErrorType` says, and a message. */
export interface Answer {
  status: number;
  contentType: string;
  error?: { type: string; message: string };
  body: string;
}

/** The answer of an operation that was carried out, without the members that have no value, as Connect has it. */
export function successAnswer(output: object): Answer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(output) };
}

/** An error in the form of the restJson1 protocol: the type in a header, the body holds the message only. */
export function errorAnswer(status: number, type: string, message: string): Answer {
  const body = JSON.stringify({ Message: message });
  return { status, contentType: 'application/json', error: { type, message }, body };
}

/** The error types and the HTTP status that the service model gives each. */
const STATUS = {
  InvalidRequestException: 400,
  InvalidParameterException: 400,
  ResourceNotFoundException: 404,
  ContactNotFoundException: 410,
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

/** The error for a member that is missing or beyond its limits. Which 400 Connect sends is not documented. */
export function invalid(message: string): ConnectError {
  return new ConnectError('InvalidParameterException', message);
}
