import { arn, ConnectError } from './answer.ts';
import { type Contact, contactTree, knownContact } from './contact.ts';
import { pageOf } from './page.ts';
import { bodyOf, type ConnectRequest, contactIdOf, instanceIdOf } from './request.ts';
import type { ConnectState } from './state.ts';
import { endContact } from './transcript.ts';

/** `DescribeContact`: a contact with all that is kept of it. */
export function describeContact({ contacts }: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(request);
  const { persistent: _, transcript: __, ...members } = knownContact(contacts, contactIdOf(request));
  return { Contact: { Arn: arn(instanceId, `contact/${members.Id}`), ...members, ...timestamps(members) } };
}

/** `GetContactAttributes`: the attributes of the contact in the path, which the model calls `InitialContactId`. */
export function getContactAttributes({ contacts }: ConnectState, request: ConnectRequest): object {
  instanceIdOf(request);
  const { Attributes = {} } = knownContact(contacts, contactIdOf(request, 'InitialContactId'));
  return { Attributes };
}

/** `StopContact`: ends a contact, and with it a session of one contact. */
export function stopContact(state: ConnectState, request: ConnectRequest): object {
  bodyOf(request);
  instanceIdOf(request);
  const contact = state.contacts.get(contactIdOf(request));
  if (!contact || contact.DisconnectTimestamp) {
    throw new ConnectError('ContactNotFoundException', 'The contact does not exist, or has ended.');
  }
  endContact(state, contact);
  return {};
}

/** `ListAssociatedContacts`: summaries of a contact's tree, a page at a time. */
export function listAssociatedContacts({ contacts }: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(request);
  const contact = knownContact(contacts, contactIdOf(request));
  const { page, NextToken } = pageOf(contactTree(contacts, contact), contact.Id, request.query, 100);
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
