/**
 * A local Amazon Connect: an HTTP server on the loopback that speaks the service's own wire protocol (restJson1), so
 * that any AWS SDK or the AWS CLI can use it through an endpoint URL, and so does the participant service's at the same
 * URL, which ChatJS uses. It knows the operations of `operations.ts`, keeps contacts, their conversations and flows,
 * which they change, and can be told to inject faults.
 *
 * **As documented** (API reference, admin guide, service models 2017-08-08 and 2018-09-07, ChatJS 5.0.0) is all that is not
 * listed here. What a flow's content is refused for has sources of its own (`../flow-language/`).
 *
 * **Assumed**, because nothing public says:
 * - `InvalidParameterException` is for members that are missing or beyond their limits, `InvalidRequestException` for a
 *   body that is no JSON object and for what the contacts do not allow; the messages are our own.
 * - A `ClientToken` belongs to one operation and all instances, and is valid for seven days, which is documented for
 *   `StartChatContact` only; one that comes back with another input is refused; a refused request does not use it up; an
 *   answer is repeated even after the chat has ended.
 * - A contact can be made persistent once, whatever the others of its session are.
 * - Of the properties that a linked contact carries over, only the contact attributes are copied, and those that it has
 *   already stay; `StartChatContact`'s `RelatedContactId` copies them as a rehydration does, and does not make the chat
 *   persistent.
 * - Two chats may continue one contact at once (`sourceTwice: 'allow'`), and `'refuse'` shows the other possibility.
 * - The contact tree of `ListAssociatedContacts`, besides the contact's session, is the sessions that are linked with it
 *   through `RelatedContactId`, in either direction, over any number of links; in no particular order; a page has 100
 *   unless `maxResults` says otherwise; a `nextToken` is valid for the contact that it was given for.
 * - `StopContact` answers 410 for a contact that has ended, as for one that does not exist.
 * - No page of a transcript holds past and current items; a `NextToken` is refused with another `ScanDirection`; a
 *   `ContactId` of another chat finds nothing (ChatJS's issue 28); `MaxResults` 0 is the default, 10.
 * - `chat.rehydrated` is in the transcript of the chat, too, and has no sender. Where the chat was continued before
 *   anybody subscribed, the first subscriber gets it then: so does a page whose chat `StartChatContact` continues.
 * - `participant.joined` comes with the first connection; a message can be sent without a websocket; when the customer
 *   disconnects, the chat ends; `chat.ended` comes after its last contact's end.
 * - A flow is checked unless its `Status` is `SAVED`; a chat with a deleted flow is refused, as one that does not exist.
 * - `GetContactAttributes` answers the attributes of exactly the contact in its path.
 * - Of a segment attribute's value, members that the service model does not have are dropped, and one of the others has to
 *   be there; `ValueList` and `ValueArn` are taken for every attribute, not only for those that the system defines.
 * - `DeleteContactData` refuses the two fields of email contacts with `InvalidParameterException`.
 * - Faults and quotas come after the checks of `Host` and length of the body, and after the one for an `Authorization`
 *   header, which participants need not send, and before every other check.
 *
 * **Unlike Amazon Connect**, it refuses a `Host` header that does not name this machine, so that no web page can use it
 * through a domain of its own; a body may have 2,000,000 bytes, a websocket's message 131,072; a connection on which
 * nothing comes for a minute is closed, and so is a websocket that does not answer pings.
 *
 * **Left out**: signatures are not verified (any `Authorization` header will do) and permissions not checked; every
 * **Left out**: signatures are not verified (any `Authorization` header will do) and permissions not checked; the only instance
 * is `INSTANCE_ID` (`any` stands for it), and every flow id will do that was not created here, though `ListContactFlows` has only
 * those that were; the limits of 100 past contacts, 5 MB and 24 months; agents as participants (`sendAsAgent` speaks for them),
 * message types but plain text, attachments, events that participants send and start positions; the members of
 * `StartChatContact` that `start-chat-contact.ts` does not name; the quota of active chats; the calls that `StopContact` cannot
 * end; a disconnect flow. Every throttled request gets a `ThrottlingException`, `StartChatContact` included, and an injected error
 * the name that Connect has for its status.
 */
export type { Contact, ContactItem } from './contact.ts';
export { FAULT_NAMES, parseFault, tokenBucket } from './fault.ts';
export { OPERATIONS, type Operation, QUOTAS } from './operations.ts';
export type { Call } from './respond.ts';
export * from './sample-data.ts';
export { type LocalConnect, type LocalConnectOptions, startLocalConnect } from './server.ts';
export { VARIANTS, type Variant } from './variants.ts';
