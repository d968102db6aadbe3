import { refusal } from './answer.ts';
import type { Contact } from './contact.ts';

/** What Connect leaves undocumented or unmeasured, and a test may want either way. */
export interface AssociationRules {
  /** Whether two chats may continue one contact at once. */
  sourceTwice: 'allow' | 'refuse';
  /** A session that ended less than this many seconds ago is refused; 0: never. */
  transcriptDelaySeconds: number;
}

/** What the operations read and change. */
export interface ConnectState {
  readonly contacts: Map<string, Contact>;
  readonly rules: AssociationRules;
  /** Answers given to requests with a `ClientToken`, by operation and token. */
  readonly earlierAnswers: Map<string, { input: string; output: object }>;
  /** Called once for each chat that was started. */
  readonly chatStarted: (contact: Contact) => void;
}

/**
 * Carries out a request with a `ClientToken` once, and repeats its answer when the token comes back.
 *
 * Assumed: a token belongs to all instances and never expires; one that comes back with another input is refused; a
 * refused request does not use up its token.
 */
export function onceForToken(
  { earlierAnswers }: ConnectState,
  operation: string,
  { ClientToken, ...members }: { ClientToken: string | undefined },
  perform: () => object,
): object {
  if (ClientToken === undefined) return perform();
  const key = `${operation} ${ClientToken}`;
  const input = JSON.stringify(members);
  const earlier = earlierAnswers.get(key);
  if (earlier) {
    if (earlier.input !== input) throw refusal('The ClientToken was already used with another input.');
    return earlier.output;
  }
  const output = perform();
  earlierAnswers.set(key, { input, output });
  return output;
}
