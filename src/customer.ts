import type { Contact } from '@aws-sdk/client-connect';
import { type ContactFlowEvent, subtypeOf } from './event.ts';
import type { CustomerIdentity, Settings } from './settings.ts';
import { type JsonObject, objectOrEmpty, text } from './values.ts';

/**
 * Who the customer of a contact is. The current contact and the past one are compared by one kind of identity, never by any
 * of several: a name that a customer picked must not match somebody's phone number.
 *
 * @module
 */

/** What a contact says of its customer: the customer id, the endpoint, a contact attribute, or Connect's own sign-in. */
export type IdentityKind = Exclude<CustomerIdentity, 'AUTO'>;

/** A customer who is known. Not for the log. */
export interface Identity {
  kind: IdentityKind;
  /** In a form that no other customer of the same kind shares. */
  id: string;
}

/** Who is chatting now. */
export interface Customer extends Identity {
  /** The kind, with what tells two customers of the same id apart: the session store has a record for each. */
  scope: string;
}

type Rules = Pick<Settings, 'customerIdentity' | 'customerIdAttribute'>;

/** What an event and a described contact both say. */
interface ContactFields {
  customerId: unknown;
  endpoint: JsonObject;
  attributes: JsonObject;
  segmentAttributes: JsonObject;
}

/** The customer of the current contact; `undefined` when unknown. */
export function currentCustomer(event: ContactFlowEvent, settings: Rules): Customer | undefined {
  const { customerId, customerEndpoint, attributes, segmentAttributes } = event;
  if (hidesAttributes(event, settings)) return undefined;
  const identity = ownIdentity({ customerId, endpoint: customerEndpoint, attributes, segmentAttributes }, settings);
  if (!identity) return undefined;
  const { kind } = identity;
  const detail = kind === 'ENDPOINT' ? subtypeOf(segmentAttributes) : settings.customerIdAttribute;
  return { ...identity, scope: identityScope(kind, detail, endpointId(event.systemEndpoint)) };
}

/**
 * Whether the current contact's attributes cannot be trusted: one that is linked to another carries a copy of the other's,
 * and so perhaps its customer's id.
 */
export function hidesAttributes({ relatedContactId }: ContactFlowEvent, { customerIdentity }: Rules): boolean {
  return customerIdentity === 'ATTRIBUTE' && Boolean(relatedContactId);
}

/**
 * The scope in which an identity names one customer.
 *
 * @param detail the subtype for `ENDPOINT`, the attribute's name for `ATTRIBUTE`
 * @param systemEndpoint for `ENDPOINT`: what the customer wrote to, as {@link endpointId}; two business numbers are two scopes
 * @example identityScope('ENDPOINT', 'connect:SMS') // 'ENDPOINT connect:SMS'
 */
export function identityScope(kind: IdentityKind, detail: string | undefined, systemEndpoint?: string): string {
  if (kind === 'ENDPOINT') return [kind, detail, systemEndpoint].filter(Boolean).join(' ');
  return kind === 'ATTRIBUTE' ? `${kind} ${detail}` : kind;
}

/** Whose a past contact is. `OTHER_KIND`: its customer is known, but cannot be compared with the current one. */
export type Owner = 'CUSTOMER' | 'ANOTHER' | 'OTHER_KIND' | 'NOBODY';

/**
 * Compares the customer of a past contact with the current one.
 *
 * With `AUTO`, an SMS contact and a web chat are never compared, whatever ids a server or a flow gave them.
 */
export function ownerOf(contact: Contact, customer: Customer | undefined, settings: Rules): Owner {
  const fields = {
    customerId: contact.CustomerId,
    endpoint: objectOrEmpty(contact.CustomerEndpoint),
    attributes: objectOrEmpty(contact.Attributes),
    segmentAttributes: objectOrEmpty(contact.SegmentAttributes),
  };
  const isAuto = settings.customerIdentity === 'AUTO';
  const subtype = subtypeOf(fields.segmentAttributes);
  const asksAlike = !isAuto || subtype === undefined || hasEndpoint(subtype) === (customer?.kind === 'ENDPOINT');
  const owner = customer && asksAlike ? identityBy(customer.kind, fields, settings) : undefined;
  if (customer && owner) {
    if (owner.id === customer.id) return 'CUSTOMER';
    return owner.kind === 'ENDPOINT' && isPhoneNumber(owner) !== isPhoneNumber(customer) ? 'OTHER_KIND' : 'ANOTHER';
  }
  const kinds = isAuto ? AUTO_KINDS : [settings.customerIdentity as IdentityKind];
  return kinds.some(kind => identityBy(kind, fields, settings)) ? 'OTHER_KIND' : 'NOBODY';
}

/** WhatsApp may send a user id where it sent a phone number before (Meta, usernames). */
function isPhoneNumber({ id }: Identity): boolean {
  return /"\+?\d+"\]$/.test(id);
}

/** What `AUTO` knows a customer by. */
const AUTO_KINDS: readonly IdentityKind[] = ['CUSTOMER_ID', 'ENDPOINT', 'AUTHENTICATED'];

/** The identity of a contact by its own kind; with `AUTO` the first that it has. */
function ownIdentity(fields: ContactFields, settings: Rules): Identity | undefined {
  const { customerIdentity } = settings;
  if (customerIdentity !== 'AUTO') return identityBy(customerIdentity, fields, settings);
  if (hasEndpoint(subtypeOf(fields.segmentAttributes))) return identityBy('ENDPOINT', fields, settings);
  return identityBy('CUSTOMER_ID', fields, settings) ?? identityBy('AUTHENTICATED', fields, settings);
}

function identityBy(kind: IdentityKind, fields: ContactFields, { customerIdAttribute }: Rules): Identity | undefined {
  const id = {
    CUSTOMER_ID: () => identity(fields.customerId),
    ENDPOINT: () => endpointId(fields.endpoint),
    ATTRIBUTE: () => identity(text(fields.attributes, customerIdAttribute)),
    AUTHENTICATED: () => authenticatedId(fields.segmentAttributes),
  }[kind]();
  return id === undefined ? undefined : { kind, id };
}

/** SMS and WhatsApp come with a verified endpoint; web chats, and whatever else there may be, do not. */
function hasEndpoint(subtype: string | undefined): boolean {
  return subtype === 'connect:SMS' || subtype === 'connect:WhatsApp';
}

/** The customer who signed in with the block "Authenticate Customer" (admin guide). */
function authenticatedId(segmentAttributes: JsonObject): string | undefined {
  const { ValueMap } = objectOrEmpty(segmentAttributes['connect:CustomerAuthentication']);
  const value = (name: string) => text(objectOrEmpty(objectOrEmpty(ValueMap)[name]), 'ValueString');
  return value('Status') === 'AUTHENTICATED' ? identity(value('AssociatedCustomerId')) : undefined;
}

/** Type and address as one text, in a form that no other pair shares; `undefined` when unknown. */
export function endpointId({ Type, Address }: JsonObject): string | undefined {
  const type = identity(Type);
  const address = identity(Address);
  return type !== undefined && address !== undefined ? JSON.stringify([type, address]) : undefined;
}

/** What a contact says of its customer, without the white space around it; `undefined` for a text that is no identity. */
export function identity(id: unknown): string | undefined {
  const trimmed = typeof id === 'string' ? id.trim() : '';
  const visible = /[^ -~]/.test(trimmed) ? trimmed.replaceAll(INVISIBLE, '').trim() : trimmed;
  return NO_IDENTITY.some(form => form.test(visible)) ? undefined : trimmed;
}

/** The braille blank is a symbol by its category, and shows nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * What programs and templates write where they have no value, and references that nobody resolved: a server's
 * `String(user?.id)` must not make all guests one customer. Without Unicode's classes, which cost 2 ms of every first call.
 */
const NO_IDENTITY = [
  // Alone, or nothing at all.
  /^["'(<]?(null|undefined|nan|none|nil|no value|0|true|false|\[object \w+\]|\{\}|\[\]|)[")'>]?$/i,
  /^["']?0{8}-0{4}-0{4}-0{4}-0{12}["']?$/,
  // After a prefix, before a suffix, or a prefix with nothing after it: "customer-undefined", "null:web", "tenant/". "nan"
  // and "none" may end a name, so only as programs write them.
  /[^a-z0-9\u0080-\uffff](null|undefined|\[object \w+\]|\{\}|\[\]|0{8}-0{4}-0{4}-0{4}-0{12})[^a-z0-9\u0080-\uffff]{0,9}$/i,
  /[^a-zA-Z0-9\u0080-\uffff](NaN|None|nil)[^a-zA-Z0-9\u0080-\uffff]{0,9}$/,
  /^[a-zA-Z\u0080-\uffff]*(undefined|NaN|\[object \w+\])$/,
  /^(null|undefined)[^a-z0-9\u0080-\uffff]/i,
  /^([a-zA-Z\u0080-\uffff]*[-_:/.|#])+$/,
  // Base64 ends so, too, and may have no digit: "MTIzNDU=".
  /^[a-z]*(Id)?=+$/,
  // A reference that nobody resolved.
  /\$\{[^{}]*\}|\{\{[^{}]*\}\}|#\{[^{}]*\}|^\$\.[a-z]{4}|\$\.(Attributes|External|Modules)\b/i,
];
