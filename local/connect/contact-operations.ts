import { arn, ConnectError, invalid } from './answer.ts';
import { type Contact, contactTree, knownContact } from './contact.ts';
import { pageOf } from './page.ts';
import { bodyOf, type ConnectRequest, contactIdOf, instanceIdOf } from './request.ts';
import type { ConnectState } from './state.ts';
import { endContact } from './transcript.ts';

/** `DescribeContact`: everything that is kept of a contact. */
export function describeContact(state: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(state, request);
  const { persistent: _, transcript: __, ...members } = knownContact(state.contacts, contactIdOf(request));
  return { Contact: { Arn: arn(instanceId, `contact/${members.Id}`), ...members, ...timestamps(members) } };
}

/** `GetContactAttributes`: the attributes of the contact in the path, which the model calls `InitialContactId`. */
export function getContactAttributes(state: ConnectState, request: ConnectRequest): object {
  instanceIdOf(state, request);
  const { Attributes = {} } = knownContact(state.contacts, contactIdOf(request, 'InitialContactId'));
  return { Attributes };
}

/** `StopContact`: ends a contact, and with it a session of one contact. */
export function stopContact(state: ConnectState, request: ConnectRequest): object {
  bodyOf(request);
  instanceIdOf(state, request);
  const contact = state.contacts.get(contactIdOf(request));
  if (!contact || contact.DisconnectTimestamp) {
    throw new ConnectError('ContactNotFoundException', 'The contact does not exist, or has ended.');
  }
  endContact(state, contact);
  return {};
}

/** `DeleteContactData`: deletes for good, and only from ended contacts. Its two other fields are for email contacts. */
export function deleteContactData(state: ConnectState, request: ConnectRequest): object {
  const { ContactFields } = bodyOf(request);
  instanceIdOf(state, request);
  if (!Array.isArray(ContactFields) || ContactFields.length === 0) throw invalid('ContactFields must be a list.');
  if (ContactFields.some(field => field !== 'CUSTOMER_ENDPOINT')) throw invalid('A chat has CUSTOMER_ENDPOINT only.');
  const contact = knownContact(state.contacts, contactIdOf(request));
  if (!contact.DisconnectTimestamp) {
    throw new ConnectError('ContactNotTerminatedException', 'The contact has not ended.');
  }
  const redacted = { ValueList: [{ ValueString: 'CUSTOMER_ENDPOINT' }] };
  contact.CustomerEndpoint = null;
  contact.SegmentAttributes = { ...contact.SegmentAttributes, 'connect:RedactedFields': redacted };
  return {};
}

/** `ListAssociatedContacts`: summaries of a contact's tree, a page at a time. */
export function listAssociatedContacts(state: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(state, request);
  const contact = knownContact(state.contacts, contactIdOf(request));
  const { page, NextToken } = pageOf(contactTree(state.contacts, contact), contact.Id, request.query, 100);
  const summaries = page.map(({ Id, ...member }) => {
    const { InitialContactId, PreviousContactId, RelatedContactId, InitiationMethod, Channel } = member;
    const members = { InitialContactId, PreviousContactId, RelatedContactId, InitiationMethod, Channel };
    return { ContactId: Id, ContactArn: arn(instanceId, `contact/${Id}`), ...members, ...timestamps(member) };
  });
  return { ContactSummaryList: summaries, NextToken };
}

/** Timestamps as a JSON body has them (restJson1): seconds since 1970, with fractions. */
function timestamps({ InitiationTimestamp, DisconnectTimestamp }: Omit<Contact, 'Id'>): object {
  return {
    InitiationTimestamp: InitiationTimestamp.getTime() / 1000,
    DisconnectTimestamp: DisconnectTimestamp && DisconnectTimestamp.getTime() / 1000,
  };
}
