/**
 * A local Amazon Connect: an HTTP server on the loopback that speaks the service's own wire protocol (restJson1), so
 * that any AWS SDK or the AWS CLI can use it through an endpoint URL. It knows two operations,
 * `CreatePersistentContactAssociation` and `DescribeContact`, keeps contacts that the associations change, and can be
 * told to misbehave.
 *
 * **As documented** (API reference, admin guide, the service model 2017-08-08): paths, members, their limits, error
 * types and statuses, timestamps as seconds; both rehydration types; only ended sessions, whose transcript takes a
 * while to be written; chats only; persistent once, by `StartChatContact` or by the association; `RelatedContactId`; a
 * linked contact carries a copy of the other's properties; the default quotas; `InitialContactId` is absent in a
 * session's first contact.
 *
 * **Assumed**, because nothing public says:
 * - `InvalidParameterException` is for members that are missing or beyond their limits, `InvalidRequestException` for
 *   a body that is no JSON object and for what the contacts do not allow; the messages are our own.
 * - A `ClientToken` that comes back with another input is refused; a refused request does not use up its token; a token
 *   never expires. An answer is repeated even after the chat has ended.
 * - *Persistent once* is counted for each contact, not for its session.
 * - Of the properties that are copied only the contact attributes, and those that the current contact has already stay.
 * - Two chats may continue one contact at once (`sourceTwice: 'allow'`), and `'refuse'` shows the other possibility.
 * - Faults and quotas come after the check for an `Authorization` header and before every other check.
 *
 * **Left out**: signatures are not verified (any `Authorization` header will do) and permissions not looked at; every
 * instance id finds the same contacts; the limits of 100 past contacts, 5 MB and 24 months; transcripts themselves;
 * the contact's end.
 */
export type { AssociationRules } from './associate.ts';
export type { AssociationBody } from './association-input.ts';
export type { Call } from './call.ts';
export type { Channel, Contact } from './contact.ts';
export { FAULT_NAMES, type Fault, type FaultName, parseFault } from './fault.ts';
export { OPERATIONS, type Operation } from './operations.ts';
export { QUOTAS, type Quota, tokenBucket } from './quota.ts';
export { type LocalConnect, type LocalConnectOptions, startLocalConnect } from './server.ts';
export * from './worked-example.ts';
