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
