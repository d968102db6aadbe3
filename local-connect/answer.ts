/**
 * An answer before it goes on the wire. `errorType` is what `x-amzn-ErrorType` says; absent in an answer that is no
 * error.
 */
export interface Answer {
  status: number;
  contentType: string;
  errorType?: string;
  body: string;
}

/**
 * The answer of an operation that was carried out. `JSON.stringify` leaves out members without a value, as Connect
 * does.
 */
export function successAnswer(output: object): Answer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(output) };
}

/** An error in the form of the restJson1 protocol: the type in a header, the body holds the message only. */
export function errorAnswer(status: number, errorType: string, message: string): Answer {
  return { status, contentType: 'application/json', errorType, body: JSON.stringify({ Message: message }) };
}
