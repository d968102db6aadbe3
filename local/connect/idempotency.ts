import { refusal } from './connect-error.ts';

/** Answers given to requests with a `ClientToken`, by operation and token. */
export type EarlierAnswers = Map<string, { input: string; output: object }>;

/**
 * Carries out a request with a `ClientToken` once, and repeats its answer when the token comes back.
 *
 * Assumed: a token belongs to all instances and never expires; one that comes back with another input is refused; a
 * refused request does not use up its token.
 */
export function onceForToken<Output extends object>(
  earlierAnswers: EarlierAnswers,
  operation: string,
  { ClientToken, ...members }: { ClientToken: string | undefined },
  perform: () => Output,
): Output {
  if (ClientToken === undefined) return perform();
  const key = `${operation} ${ClientToken}`;
  const input = JSON.stringify(members);
  const earlier = earlierAnswers.get(key);
  if (earlier) {
    if (earlier.input !== input) throw refusal('The ClientToken was already used with another input.');
    return earlier.output as Output; // The key names the operation, which has one type of output.
  }
  const output = perform();
  earlierAnswers.set(key, { input, output });
  return output;
}
