/**
 * A local Amazon Connect: an HTTP server on the loopback that speaks the service's own wire protocol (restJson1), so
 * that any AWS SDK or the AWS CLI can use it through an endpoint URL, and so does the participant service's at the same
 * URL, which ChatJS uses. It knows the operations of `operations.ts`, keeps contacts, their conversations and flows,
 * which they change, and can be told to inject faults.
 *
 * **As documented** (API reference, admin guide, the service model 2017-08-08): paths, members, their limits, error
 * types and statuses, timestamps as seconds; both rehydration types; only ended sessions, whose transcript takes a
 * while to be written; chats only; persistent once, by `StartChatContact` or by the association; `RelatedContactId`,
 * which `StartChatContact` takes only without `PersistentChat`; a linked contact carries a copy of the other's
 * properties; the default quotas; `InitialContactId` is absent in a session's first contact; `StartChatContact` has no
 * member for a customer endpoint, so an SMS chat that it started has none. Participants (model 2018-09-07, admin guide,
 * ChatJS 5.0.0): tokens, their lifetimes, and that they are over with the chat; messages of at most 1024 characters;
 * the pages of a transcript, where past items of a chat that was continued, and of what that continued, follow by
 * `NextToken` with `ScanDirection` `BACKWARD`, each with `RelatedContactId`; the topics of the websocket and the event
 * `chat.rehydrated`. Flows: their names are unique, and what the live service was seen to refuse of their content.
 *
 * **Assumed**, because nothing public says:
 * - `InvalidParameterException` is for members that are missing or beyond their limits, `InvalidRequestException` for a
 *   body that is no JSON object and for what the contacts do not allow; the messages are our own.
 * - A `ClientToken` that comes back with another input is refused; a refused request does not use up its token; a token
 *   never expires. An answer is repeated even after the chat has ended.
 * - *Persistent once* is counted for each contact, not for its session.
 * - Of the properties that are copied only the contact attributes, and those that the current contact has already stay;
 *   `StartChatContact`'s `RelatedContactId` copies them as a rehydration does.
 * - Two chats may continue one contact at once (`sourceTwice: 'allow'`), and `'refuse'` shows the other possibility.
 * - The contact tree of `ListAssociatedContacts` is the contact's session and the sessions that are linked with it
 *   through `RelatedContactId`, in either direction; in no particular order; a page has 100 unless `maxResults` says
 *   otherwise.
 * - `StopContact` answers 410 for a contact that has ended, as for one that does not exist.
 * - No page of a transcript holds past and current items; a `NextToken` is refused with another `ScanDirection`; a
 *   `ContactId` of another chat finds nothing (ChatJS's issue 28); `MaxResults` 0 is the default, 10.
 * - `chat.rehydrated` is in the transcript of the chat, too, and has no sender. Where the chat was continued before
 *   anybody subscribed, the first subscriber gets it then: so does a page whose chat `StartChatContact` continues.
 * - `participant.joined` comes with the first connection; a message can be sent without a websocket; when the customer
 *   disconnects, the chat ends; `chat.ended` comes after its last contact's end.
 * - A flow is checked unless its `Status` is `SAVED`; a chat with a deleted flow is refused, as one that does not
 *   exist.
 * - `GetContactAttributes` answers the attributes of exactly the contact in its path.
 * - Faults and quotas come after the check for an `Authorization` header, which participants need not send, and before
 *   every other check.
 *
 * **Left out**: signatures are not verified (any `Authorization` header will do) and permissions not checked; every
 * instance id finds the same contacts and every flow id will do that was not created here; the limits of 100 past
 * contacts, 5 MB and 24 months; agents as participants (`sendAsAgent` speaks for them), message types but plain text,
 * attachments, events that participants send and start positions; the members of `StartChatContact` that
 * `start-chat-contact.ts` does not name; the quota of active chats; the calls that `StopContact` cannot end; a
 * disconnect flow. Every throttled request gets a `ThrottlingException`, `StartChatContact` included, and an injected
 * error the name that Connect has for its status.
 */
export type { Channel, Contact, ContactItem, TranscriptItem } from './contact.ts';
export { FAULT_NAMES, type Fault, type FaultName, parseFault, tokenBucket } from './fault.ts';
export { OPERATIONS, type Operation, QUOTAS, type Quota } from './operations.ts';
export type { RequestBody } from './request.ts';
export type { Call } from './respond.ts';
export * from './sample-data.ts';
export { type LocalConnect, type LocalConnectOptions, startLocalConnect } from './server.ts';
export { type AssociationRules, VARIANTS, type Variant } from './state.ts';
