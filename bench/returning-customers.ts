import { randomUUID } from 'node:crypto';
import { C1, C2, C3, type Contact, NEW_CHAT, workedExample } from '../local-connect/index.ts';
import type { Returning } from './flow-event.ts';

/** Customers who come back at once, each with a past session and a new chat of the worked example's shape. */
export function returningCustomers(count: number): { customers: Returning[]; contacts: Contact[] } {
  const example = workedExample(new Date()).filter(({ Id }) => [C1, C2, C3, NEW_CHAT].includes(Id));
  const contacts: Contact[] = [];
  const customers = Array.from({ length: count }, () => {
    const own = new Map([C1, C2, C3, NEW_CHAT].map(id => [id, randomUUID() as string]));
    const customerId = `customer-${randomUUID()}`;
    for (const contact of example) contacts.push(ownCopy(contact, own, customerId));
    return { customerId, newChatId: own.get(NEW_CHAT) ?? '', pastChatId: own.get(C1) ?? '' };
  });
  return { customers, contacts };
}

function ownCopy(contact: Contact, own: ReadonlyMap<string, string>, customerId: string): Contact {
  return {
    ...contact,
    Id: own.get(contact.Id) ?? '',
    InitialContactId: own.get(contact.InitialContactId ?? ''),
    PreviousContactId: own.get(contact.PreviousContactId ?? ''),
    CustomerId: customerId,
    Attributes: { ...contact.Attributes, customerId },
  };
}
