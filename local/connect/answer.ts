/** An answer before it goes on the wire. An error has a type, which `x-amzn-ErrorType` says, and a message. */
export interface Answer {
  status: number;
  contentType: string;
  error?: { type: string; message: string };
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
export function errorAnswer(status: number, type: string, message: string): Answer {
  const body = JSON.stringify({ Message: message });
  return { status, contentType: 'application/json', error: { type, message }, body };
}
