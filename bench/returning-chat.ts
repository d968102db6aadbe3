import event from '../events/entire-past-session.json' with { type: 'json' };
import type { Contact } from '../local/connect/contact.ts';
import { AGENT_A1 } from '../local/connect/sample-data.ts';
import type { RehydrationType } from '../src/outcome.ts';

/** A returning customer's new chat, and the one that it continues. */
type ReturningChat = ReturnType<typeof returningChat>;

/** The nth of any number of returning customers. */
export function returningChat(n: number, rehydrationType: RehydrationType = 'ENTIRE_PAST_SESSION') {
  const number = String(n).padStart(12, '0');
  return {
    customerId: `customer-${number}`,
    contactId: `68d454c6-681f-4932-aa84-${number}`,
    sourceContactId: `a104cc36-9bbe-436b-a347-${number}`,
    rehydrationType,
  };
}

/** Its two contacts, as Amazon Connect keeps them. */
export function contactsOf({ customerId, contactId, sourceContactId }: ReturningChat): Contact[] {
  const webChat = { Channel: 'CHAT', InitiationMethod: 'API', CustomerId: customerId } as const;
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const past = { InitiationTimestamp: hoursAgo(25), DisconnectTimestamp: hoursAgo(24), AgentInfo: AGENT_A1 };
  return [
    { ...webChat, ...past, Id: sourceContactId },
    { ...webChat, Id: contactId, InitiationTimestamp: hoursAgo(0) },
  ];
}

/** What a handler is invoked with. */
export type FlowEvent = ReturnType<typeof flowEvent>;

/** What Amazon Connect sends for a web chat that a server started for a known customer. */
export function flowEvent({ customerId, contactId, sourceContactId, rehydrationType }: ReturningChat) {
  const { ContactData, Parameters } = event.Details;
  const ids = { ContactId: contactId, InitialContactId: contactId, PreviousContactId: contactId };
  return {
    ...event,
    Details: {
      ContactData: { ...ContactData, ...ids, CustomerId: customerId },
      Parameters: { ...Parameters, sourceContactId, rehydrationType },
    },
  };
}
