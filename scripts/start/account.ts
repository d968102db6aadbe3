import type { Contact } from '../../local/connect/index.ts';
import * as sampleData from '../../local/connect/sample-data.ts';
import { isFound, type Run } from './run.ts';

const NAMES = new Map(Object.entries(sampleData).map(([name, id]) => [id as unknown, name]));
/** A contact's name in the sample data, or else its id. */
const nameOf = (id: unknown) => NAMES.get(id) ?? `${id}`;

/** Describes a run: the past chat, the customer, the result, and the customer's page. */
export function account(run: Run, requests: boolean): string[] {
  const { error, attributes, log } = run;
  const lines = [...pastLines(run), chatLine(run), ...(requests ? requestLines(run) : [])];
  if (error) return [...lines, `The flow takes its Error branch. ${error.name}: ${error.message}`];
  const verified = log.ownerVerified ? 'verified' : 'not verified';
  const owner = isFound(run) || attributes['associationStatus'] === 'ASSOCIATED' ? `; the owner is ${verified}` : '';
  const seconds = attributes['retryAfterSeconds'];
  const retry = seconds ? `; the flow may try again after ${seconds} seconds` : '';
  const sentence = `The flow takes its Success branch: ${result(run)}${owner}${retry}.`;
  // By now, the next invocation has continued what was found.
  return [...lines, ...(isFound(run) ? [sentence] : withPage(run, sentence))];
}

/** Describes a further run with the same past contact. */
export function nextAccount(run: Run, what: string, requests: boolean): string[] {
  return [...(requests ? requestLines(run) : []), ...withPage(run, `${what}: ${result(run)}.`)];
}

export function result({ error, attributes }: Run): string {
  if (error) return `Error branch, ${error.name}`;
  const { associationStatus = '', reason, continuedFromContactId } = attributes;
  const more = continuedFromContactId ? `continued from ${nameOf(continuedFromContactId)}` : reason;
  return more ? `${associationStatus}, ${more}` : associationStatus;
}

/** The session of the past contact, if there is one: its contacts, what was said, and whether it has ended. */
function pastLines({ attributes: { sourceContactId = '' }, local }: Run): string[] {
  const source = local?.contacts.get(sourceContactId);
  if (!source || !local) return [];
  const first = source.InitialContactId ?? source.Id;
  const session = [...local.contacts.values()].filter(({ InitialContactId, Id }) => (InitialContactId ?? Id) === first);
  const lines = session.flatMap(({ Id, transcript }) => {
    const [start = '(no message)', ...more] = messagesOf(transcript);
    const label = `  ${nameOf(Id)}  ${Id}  `;
    return [label + start, ...more.map(line => ' '.repeat(label.length) + line)];
  });
  const ended = session.every(contact => contact.DisconnectTimestamp) ? 'has ended' : 'has not ended';
  return [`A past chat, which ${ended}:`, ...lines];
}

/** The customer who chats now, and where the past contact's id comes from. */
export function chatLine({ event, attributes, log }: Run): string {
  const { ContactId, CustomerId, CustomerEndpoint } = event?.Details?.ContactData ?? {};
  const customer = CustomerId ?? CustomerEndpoint?.Address ?? '(unknown)';
  if (!ContactId) return 'The event names no contact.';
  const current = `The customer ${customer} is in ${nameOf(ContactId)} (${ContactId}).`;
  const { associationStatus, sourceContactId } = attributes;
  const stored = log.storeAttempts ? ' The session store records the session.' : '';
  if (associationStatus === 'NO_SOURCE_CONTACT') return `${current} The flow names no past contact.${stored}`;
  if (!sourceContactId) return current;
  const by = log.sourceContactIdFrom === 'store' ? 'The session store remembers' : 'The flow names';
  return `${current} ${by} the past contact ${nameOf(sourceContactId)}.`;
}

/** The requests with their results, one line each; equal ones share a line. */
function requestLines({ local, log: { serviceError } }: Run): string[] {
  if (!local) {
    const { operation, name, message = '' } = serviceError ?? {};
    const hint = message.includes('ECONNREFUSED') ? '. Does it run there?' : '';
    const failed = serviceError ? [`${operation} failed: ${name}: ${message}${hint}`] : [];
    return ['Requests to Amazon Connect: npm run connect prints them.', ...failed];
  }
  const each = local.calls.map(({ operation, contactId, body, outcome, errorType, message }) => {
    const { SourceContactId, RehydrationType } = body;
    const source = SourceContactId ? `, ${RehydrationType} ${nameOf(SourceContactId)}` : '';
    const error = errorType ? ` ${errorType}: ${message}` : '';
    const fault = typeof outcome === 'string' ? 'fault ' : '';
    return `  ${operation} ${nameOf(contactId)}${source} -> ${fault}${outcome}${error}`;
  });
  if (each.length === 0) return ['No request to Amazon Connect.'];
  const equal = [...Map.groupBy(each, line => line)];
  const lines = equal.map(([line, { length }]) => (length > 1 ? `${line} (${length} times)` : line));
  return ['Requests to Amazon Connect:', ...lines];
}

/** A sentence, and what the customer's page shows after it: past messages and new ones, with the contact of each. */
function withPage({ event, local }: Run, sentence: string): string[] {
  const { ContactId } = event.Details.ContactData;
  if (!local?.contacts.has(ContactId)) return [sentence];
  const shown = local.transcript(ContactId).flatMap(item => {
    const name = nameOf(item.RelatedContactId ?? item.ContactId).padEnd(8);
    return messagesOf([item]).map(line => `  ${name}  ${line}`);
  });
  return [`${sentence} The customer's page shows${shown.length > 0 ? ':' : ' no message.'}`, ...shown];
}

/** The messages among these items, in words. */
function messagesOf(items: Contact['transcript'] = []): string[] {
  return items.flatMap(({ ParticipantRole, DisplayName, Content }) =>
    Content === undefined ? [] : `${ParticipantRole === 'SYSTEM' ? 'System' : DisplayName}: ${Content}`,
  );
}
