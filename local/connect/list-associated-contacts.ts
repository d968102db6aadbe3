import { type Contact, knownContact } from './contact.ts';
import { contactTree } from './contact-tree.ts';
import { contactIdOf, instanceIdOf, invalid } from './limits.ts';
import type { ConnectRequest } from './request.ts';
import type { ConnectState } from './state.ts';
import { contactArn, seconds } from './wire.ts';

const LARGEST_PAGE = 100;

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
  return {
    ContactId: contact.Id,
    ContactArn: contactArn(instanceId, contact.Id),
    InitiationTimestamp: seconds(contact.InitiationTimestamp),
    DisconnectTimestamp: seconds(contact.DisconnectTimestamp),
    InitialContactId: contact.InitialContactId,
    PreviousContactId: contact.PreviousContactId,
    RelatedContactId: contact.RelatedContactId,
    InitiationMethod: contact.InitiationMethod,
    Channel: contact.Channel,
  };
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
