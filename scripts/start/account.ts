import { type ContactFlowEvent, parseContactFlowEvent } from '../../src/contact-flow-event.ts';
import { readSourceContactId } from '../../src/contact-id.ts';
import { endOf, kindOf, listNames, nameOf, ownerNameOf, roleOf, sessionOf } from './contacts.ts';
import { findLogLine } from './log-line.ts';
import { requestLines } from './requests.ts';
import type { Run } from './run.ts';
import { transcriptsFrom } from './transcripts.ts';

/** The account of a run, in lines: who chats, what was asked, the branch, and which transcripts customer and agent see. */
export function account(run: Run): string[] {
  const flow = readFlow(run.event);
  const requests = requestLines(run, flow);
  return [
    ...(flow ? [currentLine(flow, run), ...sourceLines(flow, run)] : []),
    requests.length > 0 ? 'Requests to Amazon Connect:' : 'No request to Amazon Connect.',
    ...requests.map(line => `  ${line}`),
    branchLine(run),
    transcriptsLine(run),
  ];
}

/** What came of a run, in a few words. */
export function result({ invocation }: Run): string {
  if ('error' in invocation) return `Error branch, ${invocation.error.name}`;
  const { associationStatus = '', reason, continuedFromContactId } = invocation.attributes;
  if (continuedFromContactId) return `${associationStatus}, continued from ${nameOf(continuedFromContactId)}`;
  return reason ? `${associationStatus}, ${reason}` : associationStatus;
}

/** The event's parts; `undefined` for what is no contact-flow event, which the function itself says. */
function readFlow(event: unknown): ContactFlowEvent | undefined {
  try {
    return parseContactFlowEvent(event);
  } catch {
    return undefined;
  }
}

function currentLine(flow: ContactFlowEvent, { local }: Run): string {
  const current = local?.contacts.get(flow.contactId);
  const kind = current ? ` (${kindOf(current)})` : '';
  const customer = flow.customerId ?? flow.customerEndpoint?.address ?? '(unknown)';
  return `Customer ${customer} is in ${nameOf(flow.contactId)}${kind}.`;
}

/** What the past session was. */
function sourceLines(flow: ContactFlowEvent, { invocation, local }: Run): string[] {
  const sourceContactId = sourceOf(flow, 'attributes' in invocation ? invocation.attributes : {});
  const log = findLogLine(invocation.output);
  const stored = log?.storeAttempts ? ['The session store records the session.'] : [];
  if (!sourceContactId) return ['The flow names no past contact.', ...stored];
  const by = log?.sourceContactIdFrom === 'store' ? 'The session store remembers' : 'The flow names';
  const named = `${by} the past contact ${nameOf(sourceContactId)}`;
  if (!local) return [`${named}.`];
  const source = local.contacts.get(sourceContactId);
  if (!source) return [`${named}, which Amazon Connect does not know.`];
  const session = sessionOf(source, local.contacts);
  return [
    `${named}. Its session, of ${ownerNameOf(source, flow)}, ${endOf(session)}:`,
    ...session.map(contact => `  ${nameOf(contact.Id)}: ${roleOf(contact)}`),
  ];
}

/** The function says which one it took; on the Error branch, and for a call, the event does. */
function sourceOf(flow: ContactFlowEvent, attributes: Record<string, string>): string | undefined {
  const attribute = process.env['SOURCE_CONTACT_ID_ATTRIBUTE'] || 'sourceContactId';
  const given = [attributes['sourceContactId'], flow.parameters['sourceContactId'], flow.attributes[attribute]];
  const first = given.find(id => typeof id === 'string' && id.trim());
  return typeof first === 'string' ? readSourceContactId(first, flow) : undefined;
}

function branchLine(run: Run): string {
  const { invocation } = run;
  if ('error' in invocation) {
    return `The flow takes its Error branch. ${invocation.error.name}: ${invocation.error.message}`;
  }
  const { associationStatus, retryAfterSeconds } = invocation.attributes;
  const verified = findLogLine(invocation.output)?.ownerVerified ? 'verified' : 'not verified';
  const owner = associationStatus === 'ASSOCIATED' ? `; the owner is ${verified}` : '';
  const retry = retryAfterSeconds ? `; the flow may try again after ${retryAfterSeconds} seconds` : '';
  return `The flow takes its Success branch: ${result(run)}${owner}${retry}.`;
}

function transcriptsLine({ invocation, local }: Run): string {
  const continued = 'attributes' in invocation && invocation.attributes['continuedFromContactId'];
  if (!continued) return 'Customer and agent see no past transcript.';
  const { seen, notSeen } = transcriptsFrom(continued, local?.contacts ?? new Map());
  if (seen.length === 0)
    return `Customer and agent see the transcript of ${nameOf(continued)} and of what came before it.`;
  const not = notSeen.length > 0 ? `, not of ${listNames(notSeen)}` : '';
  return `Customer and agent see the transcript${seen.length > 1 ? 's' : ''} of ${listNames(seen)}${not}.`;
}
