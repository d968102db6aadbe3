import { ConnectError, refusal } from './answer.ts';
import type { Contact, ContactItem, Sender } from './contact.ts';

/**
 * Ways in which Amazon Connect could differ from the local one, for tests that must notice it. Past messages are
 * carried over for nobody or for everybody; an attribute without a value is refused; there is no module; a chat can be
 * made persistent again; a refused association uses up its token, or is a 404 if the source contact is open; a chat
 * needs a connected customer to run its flow, or a message to be continued; a link copies no attributes, or also the
 * customer id. Only in the flow runner: a module reads an input that was not given as text, or reads nothing of its
 * function; a message from the customer ends a Wait.
 */
export const VARIANTS = [
  ...(['no-past-messages', 'past-messages-for-all', 'empty-attribute-refused', 'no-module'] as const),
  ...(['continued-twice', 'token-used-up', 'open-is-404', 'needs-customer', 'needs-message'] as const),
  ...(['nothing-copied', 'customer-id-copied', 'inputs-as-text', 'no-external', 'message-ends-wait'] as const),
] as const;
export type Variant = (typeof VARIANTS)[number];

/** Behaviour that is undocumented, so that tests can choose either. */
export interface AssociationRules {
  /** Whether two chats may continue one contact at once. */
  sourceTwice: 'allow' | 'refuse';
  /** A session that ended less than this many seconds ago is refused; 0 refuses none. */
  transcriptDelaySeconds: number;
}

export type TokenKind = 'participant' | 'connection' | 'websocket';

/** What a token stands for: the customer of a chat that `StartChatContact` started. */
export interface Participant {
  session: string;
  sender: Sender & { ParticipantId: string };
  joined: boolean;
}

/** What the operations read and change. */
export interface ConnectState extends Readonly<AssociationRules> {
  /** The host that the server listens on. */
  readonly host: string;
  readonly hasInstance: (instanceId: string) => boolean;
  readonly contacts: Map<string, Contact>;
  readonly variant: Variant | undefined;
  /** By token, whose kind decides what it is for: that of a `websocket` is in its URL. `expires` is in milliseconds since 1970. */
  readonly tokens: Map<string, { kind: TokenKind; participant: Participant; expires: number }>;
  /** The flows that `CreateContactFlow` created; a deleted one has no content. */
  readonly flows: Map<string, { name: string; type: string; status: string; content: string | undefined }>;
  /** Shows an item to the websockets of a chat. */
  readonly publish: (session: string, item: ContactItem) => void;
  /** Answers given to requests with a `ClientToken`, by operation and token. */
  readonly earlierAnswers: Map<string, { input: string; expires: number; output: object }>;
  /** Runs a new chat's flow, whose content is given if it is one of `flows`. */
  readonly chatStarted: (contact: Contact, flow: string | undefined) => void;
}

/** Milliseconds: seven days (API reference, `StartChatContact`). */
const TOKEN_LIFETIME = 7 * 86_400_000;

/** Carries out a request with a `ClientToken` once, and repeats its answer if the token is sent again. */
export function onceForToken(
  { earlierAnswers, variant }: ConnectState,
  operation: string,
  { ClientToken, ...members }: Readonly<Record<string, unknown>>,
  perform: () => object,
): object {
  if (ClientToken === undefined) return perform();
  const key = `${operation} ${ClientToken}`;
  const input = JSON.stringify(members);
  const earlier = earlierAnswers.get(key);
  if (earlier && Date.now() < earlier.expires) {
    if (earlier.input !== input) throw refusal('The ClientToken was already used with another input.');
    if (earlier.output instanceof ConnectError) throw earlier.output;
    return earlier.output;
  }
  const expires = Date.now() + TOKEN_LIFETIME;
  const remember = (output: object) => earlierAnswers.set(key, { input, expires, output });
  try {
    const output = perform();
    remember(output);
    return output;
  } catch (error) {
    if (variant === 'token-used-up' && error instanceof ConnectError) remember(error);
    throw error;
  }
}
