import type { Contact } from '../../local/connect/index.ts';
import * as sampleData from '../../local/connect/sample-data.ts';
import type { Run } from './run.ts';

const NAMES = new Map(Object.entries(sampleData).map(([name, id]) => [id as unknown, name]));
const AGENTS = new Map([sampleData.AGENT_A1, sampleData.AGENT_A2].map(({ Id }, index) => [Id, `a${index + 1}`]));

/** A contact's name in the sample data, or else its id. */
const nameOf = (id: unknown) => NAMES.get(id) ?? `${id}`;
const listNames = (contacts: readonly Contact[]) =>
  new Intl.ListFormat('en-GB').format(contacts.map(({ Id }) => nameOf(Id)));

/** The account of a run, in lines: who chats, what was asked, the branch, and which transcripts customer and agent see. */
export function account(run: Run): string[] {
  return [...chatLines(run), ...requestLines(run), branchLine(run), transcriptsLine(run)];
}

/** What came of a run, in a few words. */
export function result({ error, attributes }: Run): string {
  if (error) return `Error branch, ${error.name}`;
  const { associationStatus = '', reason, continuedFromContactId } = attributes;
  const more = continuedFromContactId ? `continued from ${nameOf(continuedFromContactId)}` : reason;
  return more ? `${associationStatus}, ${more}` : associationStatus;
}

/** Who chats, and what the past session was. */
function chatLines({ event, attributes, log, local }: Run): string[] {
  const { ContactId, CustomerId, CustomerEndpoint } = event?.Details?.ContactData ?? {};
  const current = `Customer ${CustomerId ?? CustomerEndpoint?.Address ?? '(unknown)'} is in ${nameOf(ContactId)}.`;
  const { associationStatus, sourceContactId } = attributes;
  const stored = log.storeAttempts ? ['The session store records the session.'] : [];
  if (associationStatus === 'NO_SOURCE_CONTACT') return [current, 'The flow names no past contact.', ...stored];
  if (!sourceContactId) return [current];
  const by = log.sourceContactIdFrom === 'store' ? 'The session store remembers' : 'The flow names';
  const source = local?.contacts.get(sourceContactId);
  const session = source && local ? sessionOf(source, local.contacts) : [];
  const members = session.map(contact => `  ${nameOf(contact.Id)}: ${roleOf(contact)}`);
  const what = source ? '. Its session:' : local ? ', which Amazon Connect does not know.' : '.';
  return [current, `${by} the past contact ${nameOf(sourceContactId)}${what}`, ...members];
}

/** What a contact was in its session: `chat with agent a1`, `transferred to agent a2`, `survey`. */
function roleOf({ Channel, InitiationMethod, AgentInfo }: Contact): string {
  if (InitiationMethod === 'DISCONNECT') return 'survey';
  const agent = AgentInfo ? ` with agent ${AGENTS.get(AgentInfo.Id)}` : '';
  return `${InitiationMethod === 'TRANSFER' ? 'transferred ' : ''}${Channel === 'CHAT' ? 'chat' : 'call'}${agent}`;
}

/** The contacts of a contact's session, first to last. */
function sessionOf(contact: Contact, contacts: ReadonlyMap<string, Contact>): Contact[] {
  const first = contact.InitialContactId ?? contact.Id;
  return [...contacts.values()]
    .filter(({ InitialContactId, Id }) => (InitialContactId ?? Id) === first)
    .sort((a, b) => a.InitiationTimestamp.getTime() - b.InitiationTimestamp.getTime());
}

/** The requests with what came of each, a line each; equal ones share one. */
function requestLines({ local, log: { serviceError } }: Run): string[] {
  if (!local) {
    const where = 'Requests to Amazon Connect: npm run connect prints them.';
    if (!serviceError) return [where];
    const { operation, name, message } = serviceError;
    const hint = message.includes('ECONNREFUSED') ? '. Does it run there?' : '';
    return [where, `${operation} failed: ${name}: ${message}${hint}`];
  }
  const times = new Map<string, number>();
  for (const { operation, contactId, body, outcome, errorType, message } of local.calls) {
    const { SourceContactId, RehydrationType } = body;
    const source = SourceContactId ? `, ${RehydrationType} ${nameOf(SourceContactId)}` : '';
    const answer = `${typeof outcome === 'string' ? 'fault ' : ''}${outcome}${errorType ? ` ${errorType}: ${message}` : ''}`;
    const line = `  ${operation} ${nameOf(contactId)}${source} -> ${answer}`;
    times.set(line, (times.get(line) ?? 0) + 1);
  }
  const lines = Array.from(times, ([line, n]) => (n > 1 ? `${line} (${n} times)` : line));
  return lines.length > 0 ? ['Requests to Amazon Connect:', ...lines] : ['No request to Amazon Connect.'];
}

function branchLine(run: Run): string {
  const { error, attributes, log } = run;
  if (error) return `The flow takes its Error branch. ${error.name}: ${error.message}`;
  const { associationStatus, retryAfterSeconds } = attributes;
  const verified = log.ownerVerified ? 'verified' : 'not verified';
  const owner = associationStatus === 'ASSOCIATED' ? `; the owner is ${verified}` : '';
  const retry = retryAfterSeconds ? `; the flow may try again after ${retryAfterSeconds} seconds` : '';
  return `The flow takes its Success branch: ${result(run)}${owner}${retry}.`;
}

function transcriptsLine({ attributes: { continuedFromContactId: id }, local }: Run): string {
  if (!id) return 'Customer and agent see no past transcript.';
  const contacts = local?.contacts ?? new Map<string, Contact>();
  const seen = transcriptsFrom(id, contacts);
  if (seen.length === 0) return `Customer and agent see the transcript of ${nameOf(id)} and of what came before it.`;
  const notSeen = seen.flatMap(contact => sessionOf(contact, contacts)).filter(contact => !seen.includes(contact));
  const not = notSeen.length > 0 ? `, not of ${listNames([...new Set(notSeen)])}` : '';
  return `Customer and agent see the transcript${seen.length > 1 ? 's' : ''} of ${listNames(seen)}${not}.`;
}

/**
 * Whose transcripts a chat shows that continues a contact, newest first: of this contact, of what came before it in its
 * session, and of what that session itself continued, and so on (linkages are cumulative: admin guide, "Enable persistent
 * chat").
 */
export function transcriptsFrom(contactId: string, contacts: ReadonlyMap<string, Contact>): Contact[] {
  const seen: Contact[] = [];
  let continued = '';
  let contact = contacts.get(contactId);
  while (contact && !seen.includes(contact)) {
    seen.push(contact);
    if (contact.persistent) continued = contact.RelatedContactId ?? '';
    contact = contacts.get(contact.PreviousContactId ?? continued);
  }
  return seen;
}
