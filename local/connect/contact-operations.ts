import { ConnectError, invalid } from './answer.ts';
import { type Contact, contactTree, knownContact } from './contact.ts';
import { bodyOf, type ConnectRequest, contactIdOf, instanceIdOf } from './request.ts';
import type { ConnectState } from './state.ts';

const LARGEST_PAGE = 100;

/** `DescribeContact`: a contact with all that is kept of it. */
export function describeContact({ contacts }: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(request);
  const { persistent: _, ...members } = knownContact(contacts, contactIdOf(request));
  return { Contact: { Arn: contactArn(instanceId, members.Id), ...members, ...timestamps(members) } };
}

/** `GetContactAttributes`: the attributes of the contact in the path, which the model calls `InitialContactId`. */
export function getContactAttributes({ contacts }: ConnectState, request: ConnectRequest): object {
  instanceIdOf(request);
  const { Attributes = {} } = knownContact(contacts, contactIdOf(request, 'InitialContactId'));
  return { Attributes };
}

/**
 * `StopContact`: ends a contact, and with it a session of one contact. The model's `ContactNotFoundException` (410) is
 * for a contact that does not exist; that it is also for one that has ended is assumed.
 */
export function stopContact({ contacts }: ConnectState, request: ConnectRequest): object {
  bodyOf(request);
  instanceIdOf(request);
  const contact = contacts.get(contactIdOf(request));
  if (!contact) throw new ConnectError('ContactNotFoundException', 'The contact does not exist.');
  if (contact.DisconnectTimestamp) throw new ConnectError('ContactNotFoundException', 'The contact has ended.');
  contact.DisconnectTimestamp = new Date();
  return {};
}

/**
 * `ListAssociatedContacts`: summaries of a contact's tree, a page at a time. Assumed: a page has 100 unless `maxResults`
 * says otherwise, and a `nextToken` is valid for the contact that it was given for.
 */
export function listAssociatedContacts({ contacts }: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(request);
  const contact = knownContact(contacts, contactIdOf(request));
  const tree = contactTree(contacts, contact);
  const start = readToken(request.query.get('nextToken'), contact.Id, tree.length);
  const end = start + readPageSize(request.query.get('maxResults'));
  return {
    ContactSummaryList: tree.slice(start, end).map(member => summary(instanceId, member)),
    NextToken: end < tree.length ? nextToken(contact.Id, end) : undefined,
  };
}

function summary(instanceId: string, contact: Contact): object {
  const { Id, InitialContactId, PreviousContactId, RelatedContactId, InitiationMethod, Channel } = contact;
  const members = { InitialContactId, PreviousContactId, RelatedContactId, InitiationMethod, Channel };
  return { ContactId: Id, ContactArn: contactArn(instanceId, Id), ...members, ...timestamps(contact) };
}

function readPageSize(text: string | null): number {
  const size = text === null ? LARGEST_PAGE : /^\d+$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > LARGEST_PAGE) throw invalid(`maxResults must be a whole number from 1 to ${LARGEST_PAGE}.`);
  return size;
}

function nextToken(contactId: string, start: number): string {
  return Buffer.from(`${start} ${contactId}`).toString('base64url');
}

/** Where the page begins: a token is valid if it is one that {@link nextToken} made for this contact. */
function readToken(token: string | null, contactId: string, length: number): number {
  if (token === null) return 0;
  const start = Number.parseInt(Buffer.from(token, 'base64url').toString(), 10);
  if (!(start > 0 && start < length) || nextToken(contactId, start) !== token) {
    throw invalid('nextToken must be the NextToken of an earlier answer for the same contact.');
  }
  return start;
}

/** Region and account are the sample data's: contacts belong to whichever instance asks. */
function contactArn(instanceId: string, contactId: string): string {
  return `arn:aws:connect:us-east-1:111122223333:instance/${instanceId}/contact/${contactId}`;
}

/** Timestamps as a JSON body has them (restJson1): seconds since 1970, with fractions. */
function timestamps({ InitiationTimestamp, DisconnectTimestamp }: Contact): object {
  return {
    InitiationTimestamp: InitiationTimestamp.getTime() / 1000,
    DisconnectTimestamp: DisconnectTimestamp && DisconnectTimestamp.getTime() / 1000,
  };
}
