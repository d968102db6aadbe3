import type { Contact } from '@aws-sdk/client-connect';
import { type ContactFlowEvent, subtypeOf } from './contact-flow-event.ts';
import { text } from './json-object.ts';
import type { CustomerIdentity, Settings } from './settings.ts';

/**
 * Who the customer of a contact is. Both contacts are asked at one and the same place, never at any of several: a name that
 * a customer picked must not match somebody's phone number.
 *
 * @module
 */

/** Who is chatting now. Not for the log. */
export interface Customer {
  /** Where the current contact was asked. */
  place: Place;
  /** The place in full, with the subtype or the attribute's name: customers of two kinds are never one. */
  kind: string;
  /** The identity, in the form that {@link ownerOf} returns. */
  id: string;
}

/** A place where a contact says who its customer is. */
export type Place = Exclude<CustomerIdentity, 'AUTO'>;

/** The customer of the current contact; `undefined` when unknown. */
export function currentCustomer(event: ContactFlowEvent, settings: Settings): Customer | undefined {
  const place = settings.customerIdentity === 'AUTO' ? placeForSubtype(event.subtype) : settings.customerIdentity;
  const id = {
    CUSTOMER_ID: () => identity(event.customerId),
    ENDPOINT: () => endpoint(event.customerEndpoint),
    // A contact that is linked to another one carries a copy of its attributes, and so perhaps its customer's id.
    ATTRIBUTE: () =>
      event.relatedContactId ? undefined : identity(text(event.attributes, settings.customerIdAttribute)),
  }[place]();
  if (id === undefined) return undefined;
  return { place, kind: customerKind(place, place === 'ENDPOINT' ? event.subtype : settings.customerIdAttribute), id };
}

/**
 * A kind of identity.
 *
 * @param detail the subtype for `ENDPOINT`, the attribute's name for `ATTRIBUTE`
 * @example customerKind('ENDPOINT', 'connect:SMS') // 'ENDPOINT connect:SMS'
 */
export function customerKind(place: Place, detail: string | undefined): string {
  return place === 'CUSTOMER_ID' ? place : `${place} ${detail ?? ''}`.trimEnd();
}

/**
 * The customer of a past contact, at the place where the current contact was asked; `undefined` when unknown.
 *
 * With `AUTO`, a contact that would be asked elsewhere if it were the current one has none: an SMS contact and a web chat
 * never match, whatever ids a server or a flow gave them.
 */
export function ownerOf(
  contact: Contact,
  { place }: Customer,
  settings: Pick<Settings, 'customerIdentity' | 'customerIdAttribute'>,
): string | undefined {
  const subtype = subtypeOf(contact.SegmentAttributes);
  if (settings.customerIdentity === 'AUTO' && subtype !== undefined && placeForSubtype(subtype) !== place) {
    return undefined;
  }
  switch (place) {
    case 'CUSTOMER_ID':
      return identity(contact.CustomerId);
    case 'ENDPOINT':
      return endpoint({ type: contact.CustomerEndpoint?.Type, address: contact.CustomerEndpoint?.Address });
    case 'ATTRIBUTE':
      return identity(text(contact.Attributes ?? {}, settings.customerIdAttribute));
  }
}

/** SMS and WhatsApp come with a verified endpoint; web chats, and whatever else there may be, only with a customer id. */
function placeForSubtype(subtype: string | undefined): Place {
  return subtype === 'connect:SMS' || subtype === 'connect:WhatsApp' ? 'ENDPOINT' : 'CUSTOMER_ID';
}

/** Type and address as one text, in a form that no other pair shares; `undefined` when unknown. */
export function endpoint(value: { type?: unknown; address?: unknown } | undefined): string | undefined {
  const type = identity(value?.type);
  const address = identity(value?.address);
  return type !== undefined && address !== undefined ? JSON.stringify([type, address]) : undefined;
}

/** What a contact says of its customer, without the white space around it; `undefined` for a text that is no identity. */
export function identity(id: unknown): string | undefined {
  const trimmed = typeof id === 'string' ? id.trim() : '';
  return NO_IDENTITY.test(trimmed) || !VISIBLE.test(trimmed) ? undefined : trimmed;
}

/**
 * What programs and templates write where they have no value, and references that nobody resolved: a server's
 * `String(user?.id)` must not make all guests one customer.
 */
const NO_IDENTITY =
  /^["']?(null|\(null\)|<null>|undefined|nan|0|none|nil|<nil>|true|false|\[object \w+\]|\{\}|\[\]|00000000-0000-0000-0000-000000000000|)["']?$|^(\$\.[a-z]{4}.*|\$\{.*\}|\{\{.*\}\})$/i;

/** Any character that can be seen. The braille blank is a symbol by its category, and shows nothing. */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
