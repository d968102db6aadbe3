/**
 * A local Amazon Connect: an HTTP server on the loopback that speaks the service's own wire protocol (restJson1), so
 * that any AWS SDK or the AWS CLI can use it through an endpoint URL. It knows the operations of `operations.ts`, keeps
 * contacts that they change, and can be told to inject faults.
 *
 * **As documented** (API reference, admin guide, the service model 2017-08-08): paths, members, their limits, error
 * types and statuses, timestamps as seconds; both rehydration types; only ended sessions, whose transcript takes a
 * while to be written; chats only; persistent once, by `StartChatContact` or by the association; `RelatedContactId`,
 * which `StartChatContact` takes only without `PersistentChat`; a linked contact carries a copy of the other's
 * properties; the default quotas; `InitialContactId` is absent in a session's first contact; `StartChatContact` has no
 * member for a customer endpoint, so an SMS chat that it started has none.
 *
 * **Assumed**, because nothing public says:
 * - `InvalidParameterException` is for members that are missing or beyond their limits, `InvalidRequestException` for
 *   a body that is no JSON object and for what the contacts do not allow; the messages are our own.
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
 * - `GetContactAttributes` answers the attributes of exactly the contact in its path.
 * - Faults and quotas come after the check for an `Authorization` header and before every other check.
 *
 * **Left out**: signatures are not verified (any `Authorization` header will do) and permissions not checked; every
 * instance id finds the same contacts and every flow id will do; the limits of 100 past contacts, 5 MB and 24 months;
 * transcripts, messages and participants (a `ParticipantToken` opens nothing); the members of `StartChatContact` that
 * `start-chat-contact.ts` does not name; the quota of active chats; the calls that `StopContact` cannot end; a disconnect
 * flow. Every throttled request gets a `ThrottlingException`, `StartChatContact` included.
 */
export type { Channel, Contact } from './contact.ts';
export { FAULT_NAMES, type Fault, type FaultName, parseFault, tokenBucket } from './fault.ts';
export { OPERATIONS, type Operation, QUOTAS, type Quota } from './operations.ts';
export type { RequestBody } from './request.ts';
export type { Call } from './respond.ts';
export * from './sample-data.ts';
export { type LocalConnect, type LocalConnectOptions, startLocalConnect } from './server.ts';
export type { AssociationRules } from './state.ts';
