/**
 * Another Amazon Connect than ours, for tests of what must notice it. Past messages are not carried over, or they are
 * carried over for everybody; an attribute without a value is refused; there is no module; a chat can be made persistent
 * again; a refused association uses up its token, or is a 404 where the source contact is open; a chat needs a customer
 * who is connected to run its flow, or a message to be continued; a link copies no attributes, or the customer id, too.
 * The flow runner's alone: a module reads inputs that nobody gave as text, or nothing of its function; a message from the
 * customer ends a Wait.
 */
export const VARIANTS = [
  ...(['no-past-messages', 'past-messages-for-all', 'empty-attribute-refused', 'no-module'] as const),
  ...(['continued-twice', 'token-used-up', 'open-is-404', 'needs-customer', 'needs-message'] as const),
  ...(['nothing-copied', 'customer-id-copied', 'inputs-as-text', 'no-external', 'message-ends-wait'] as const),
] as const;
export type Variant = (typeof VARIANTS)[number];
