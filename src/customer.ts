import type { Contact } from '@aws-sdk/client-connect';
import { type ContactFlowEvent, subtypeOf } from './event.ts';
import { type NoIdentity, readIdentity } from './identity.ts';
import type { CustomerIdentity, Settings } from './settings.ts';
import { type JsonObject, objectOrEmpty, text } from './values.ts';

/** What identifies a customer: a customer id, an endpoint, a contact attribute, or Connect's own sign-in. */
export type IdentityKind = Exclude<CustomerIdentity, 'AUTO'>;

/** A customer who is known, by an id that no other customer of the same kind shares. Not for the log. */
interface Identity {
  id: string;
  /** For `ENDPOINT`: the address alone, without its type. */
  address?: string;
}

/** Who is chatting now. The scope is {@link identityScope}. */
export interface Customer extends Identity {
  kind: IdentityKind;
  scope: string;
}

type Rules = Pick<Settings, 'customerIdentity' | 'customerIdAttribute'>;

/** What an event and a described contact both say. */
type ContactFields = Pick<
  ContactFlowEvent,
  'customerId' | 'customerEndpoint' | 'attributes' | 'segmentAttributes' | 'relatedContactId'
>;

/** What a described contact says, by the names of an event's fields. */
export function fieldsOf(contact: Contact): ContactFields {
  return {
    customerId: contact.CustomerId,
    customerEndpoint: objectOrEmpty(contact.CustomerEndpoint),
    attributes: objectOrEmpty(contact.Attributes),
    segmentAttributes: objectOrEmpty(contact.SegmentAttributes),
    relatedContactId: contact.RelatedContactId,
  };
}

/** The customer of the current contact; `undefined` when unknown. */
export function currentCustomer(event: ContactFlowEvent, settings: Rules): Customer | undefined {
  if (attributesMayBeCopied(event, settings)) return undefined;
  const kind = ownKind(event, settings);
  const identity = readBy(kind, event, settings);
  if (typeof identity === 'string') return undefined;
  const endpoints = { subtype: subtypeOf(event.segmentAttributes), systemEndpoint: endpointId(event.systemEndpoint) };
  const scope = identityScope(kind, { ...endpoints, attribute: settings.customerIdAttribute });
  return { ...identity, kind, scope };
}

/** Whether the attribute that would identify the customer may be copied from a linked contact. */
export function attributesMayBeCopied({ relatedContactId }: ContactFlowEvent, { customerIdentity }: Rules): boolean {
  return customerIdentity === 'ATTRIBUTE' && Boolean(relatedContactId);
}

/**
 * Whether a contact is an agent's step-by-step guide: linked to the agent's contact, and without any customer id. The
 * subtype alone does not say so: AWS's example of the chat widget's JWT gives it to customers' chats.
 */
export function isGuide({ customerId, relatedContactId, segmentAttributes }: ContactFields): boolean {
  const isLinked = Boolean(relatedContactId);
  return subtypeOf(segmentAttributes) === 'connect:Guide' && isLinked && readIdentity(customerId) === 'NONE';
}

/**
 * The kind of identity, with whatever else keeps a customer's sessions separate: in each scope, a customer has another
 * item in the session store. Two numbers of a business are two scopes. `systemEndpoint`: see {@link endpointId}.
 */
export function identityScope(
  kind: IdentityKind,
  within: { subtype?: string | undefined; systemEndpoint?: string | undefined; attribute?: string },
): string {
  if (kind === 'ENDPOINT') return [kind, within.subtype, within.systemEndpoint].filter(Boolean).join(' ');
  return kind === 'ATTRIBUTE' ? `${kind} ${within.attribute}` : kind;
}

/** Whose a past contact is. `INCOMPARABLE`: it is somebody's, but cannot be compared with the current customer. */
type Owner = 'CUSTOMER' | 'ANOTHER' | 'INCOMPARABLE' | 'NOBODY';

/**
 * Compares the customer of a past contact with the current one, by one kind of identity, never by any of several: a
 * name that a customer picked must not match somebody's phone number. A contact with a doubtful identity is never
 * nobody's. With `AUTO`, an SMS contact and a web chat are never compared, whatever ids a server or a flow gave them.
 */
export function ownerOf(contact: Contact, customer: Customer | undefined, settings: Rules): Owner {
  const fields = fieldsOf(contact);
  const owner = customer && isComparable(fields, customer, settings) ? readBy(customer.kind, fields, settings) : 'NONE';
  if (customer && typeof owner === 'object') {
    if (owner.id === customer.id) return 'CUSTOMER';
    return isPhoneNumber(owner.address) === isPhoneNumber(customer.address) ? 'ANOTHER' : 'INCOMPARABLE';
  }
  const { customerIdentity } = settings;
  const kinds = customerIdentity === 'AUTO' ? AUTO_KINDS : [customerIdentity];
  return kinds.some(kind => readBy(kind, fields, settings) !== 'NONE') ? 'INCOMPARABLE' : 'NOBODY';
}

/** With `AUTO`, a doubtful customer id rules out a sign-in, as in {@link ownKind}; SMS is not compared with web. */
function isComparable(past: ContactFields, { kind }: Customer, { customerIdentity }: Rules): boolean {
  if (customerIdentity !== 'AUTO') return true;
  if (kind === 'AUTHENTICATED' && readIdentity(past.customerId) === 'DOUBTFUL') return false;
  const subtype = subtypeOf(past.segmentAttributes);
  return subtype === undefined || hasEndpoint(subtype) === (kind === 'ENDPOINT');
}

/** WhatsApp may send a user id where it sent a phone number before (Meta, usernames). */
function isPhoneNumber(address = ''): boolean {
  return /^\+?\d+$/.test(address);
}

const AUTO_KINDS: readonly IdentityKind[] = ['CUSTOMER_ID', 'ENDPOINT', 'AUTHENTICATED'];

function ownKind(fields: ContactFields, { customerIdentity }: Rules): IdentityKind {
  if (customerIdentity !== 'AUTO') return customerIdentity;
  if (hasEndpoint(subtypeOf(fields.segmentAttributes))) return 'ENDPOINT';
  return readIdentity(fields.customerId) === 'NONE' ? 'AUTHENTICATED' : 'CUSTOMER_ID';
}

/** SMS and WhatsApp come with a verified endpoint; web chats, and whatever else there may be, do not. */
function hasEndpoint(subtype: string | undefined): boolean {
  return subtype === 'connect:SMS' || subtype === 'connect:WhatsApp';
}

function readBy(kind: IdentityKind, fields: ContactFields, { customerIdAttribute }: Rules): Identity | NoIdentity {
  if (kind === 'CUSTOMER_ID') return readIdentity(fields.customerId);
  if (kind === 'ENDPOINT') return readCustomerEndpoint(fields);
  if (kind === 'AUTHENTICATED') return readSignIn(fields.segmentAttributes);
  return readIdentity(text(fields.attributes, customerIdAttribute)); // ATTRIBUTE
}

/** The customer who signed in with the block "Authenticate Customer" (admin guide). */
function readSignIn(segmentAttributes: JsonObject): Identity | NoIdentity {
  const { ValueMap } = objectOrEmpty(segmentAttributes['connect:CustomerAuthentication']);
  const value = (name: string) => text(objectOrEmpty(objectOrEmpty(ValueMap)[name]), 'ValueString');
  return value('Status') === 'AUTHENTICATED' ? readIdentity(value('AssociatedCustomerId')) : 'NONE';
}

/**
 * `DeleteContactData` removes the endpoint and says so in a segment attribute, in an undocumented form: the contact is
 * still somebody's. A linked contact may have a copy of that attribute, so an endpoint counts first.
 */
function readCustomerEndpoint({ customerEndpoint, segmentAttributes }: ContactFields): Identity | NoIdentity {
  const endpoint = readEndpoint(customerEndpoint);
  const redacted = JSON.stringify(segmentAttributes['connect:RedactedFields']);
  return endpoint === 'NONE' && /(?<![A-Z_])CUSTOMER_ENDPOINT(?![A-Z_])/.test(redacted) ? 'DOUBTFUL' : endpoint;
}

/** Type and address. An address of no type is somebody's; a type without an address is nobody's. */
function readEndpoint(endpoint: JsonObject): Required<Identity> | NoIdentity {
  const [type, address] = ['Type', 'Address'].map(name => readIdentity(text(endpoint, name)));
  if (type === 'DOUBTFUL' || address === 'DOUBTFUL') return 'DOUBTFUL';
  if (typeof address !== 'object') return 'NONE';
  return typeof type === 'object' ? { id: JSON.stringify([type.id, address.id]), address: address.id } : 'DOUBTFUL';
}

/** Type and address as one text, in a form that no other pair shares; `undefined` when unknown. */
export function endpointId(endpoint: JsonObject): string | undefined {
  const read = readEndpoint(endpoint);
  return typeof read === 'object' ? read.id : undefined;
}
