import type { Contact } from '@aws-sdk/client-connect';
import { type ContactFlowEvent, subtypeOf } from './event.ts';
import type { CustomerIdentity, Settings } from './settings.ts';
import { text } from './values.ts';

/**
 * Who the customer of a contact is. The current contact and the past one are compared by one kind of identity, never by any
 * of several: a name that a customer picked must not match somebody's phone number.
 *
 * @module
 */

/** Who is chatting now. Not for the log. */
export interface Customer {
  kind: IdentityKind;
  /** The kind with the subtype or the attribute's name: customers of two scopes are never one. */
  scope: string;
  /** The identity, in the form that {@link ownerOf} returns. */
  id: string;
}

/** What a contact says of its customer: the customer id, the endpoint, or a contact attribute. */
export type IdentityKind = Exclude<CustomerIdentity, 'AUTO'>;

/** The customer of the current contact; `undefined` when unknown. */
export function currentCustomer(event: ContactFlowEvent, settings: Settings): Customer | undefined {
  const kind = settings.customerIdentity === 'AUTO' ? kindForSubtype(event.subtype) : settings.customerIdentity;
  const id = {
    CUSTOMER_ID: () => identity(event.customerId),
    ENDPOINT: () => endpoint(event.customerEndpoint),
    // A contact that is linked to another one carries a copy of its attributes, and so perhaps its customer's id.
    ATTRIBUTE: () =>
      event.relatedContactId ? undefined : identity(text(event.attributes, settings.customerIdAttribute)),
  }[kind]();
  if (id === undefined) return undefined;
  return { kind, scope: identityScope(kind, kind === 'ENDPOINT' ? event.subtype : settings.customerIdAttribute), id };
}

/**
 * The scope in which an identity names one customer.
 *
 * @param detail the subtype for `ENDPOINT`, the attribute's name for `ATTRIBUTE`
 * @example identityScope('ENDPOINT', 'connect:SMS') // 'ENDPOINT connect:SMS'
 */
export function identityScope(kind: IdentityKind, detail: string | undefined): string {
  return kind === 'CUSTOMER_ID' ? kind : `${kind} ${detail ?? ''}`.trimEnd();
}

/**
 * The customer of a past contact, by the current customer's kind of identity; `undefined` when unknown.
 *
 * With `AUTO`, a contact whose own kind of identity is another one has none: an SMS contact and a web chat never match,
 * whatever ids a server or a flow gave them.
 */
export function ownerOf(
  contact: Contact,
  { kind }: Customer,
  settings: Pick<Settings, 'customerIdentity' | 'customerIdAttribute'>,
): string | undefined {
  const subtype = subtypeOf(contact.SegmentAttributes);
  if (settings.customerIdentity === 'AUTO' && subtype !== undefined && kindForSubtype(subtype) !== kind) {
    return undefined;
  }
  switch (kind) {
    case 'CUSTOMER_ID':
      return identity(contact.CustomerId);
    case 'ENDPOINT':
      return endpoint({ type: contact.CustomerEndpoint?.Type, address: contact.CustomerEndpoint?.Address });
    case 'ATTRIBUTE':
      return identity(text(contact.Attributes ?? {}, settings.customerIdAttribute));
  }
}

/** SMS and WhatsApp come with a verified endpoint; web chats, and whatever else there may be, only with a customer id. */
function kindForSubtype(subtype: string | undefined): IdentityKind {
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
