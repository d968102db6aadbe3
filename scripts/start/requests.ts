import type { Call } from '../../local/connect/index.ts';
import type { ContactFlowEvent } from '../../src/contact-flow-event.ts';
import { endOf, kindOf, listNames, nameOf, ownerNameOf, sessionOf } from './contacts.ts';
import { findLogLine } from './log-line.ts';
import type { Run } from './run.ts';

/** The requests that the block sent to Amazon Connect with what came of each, a line each; equal ones in a row share one. */
export function requestLines(run: Run, flow: ContactFlowEvent | undefined): string[] {
  const { local } = run;
  if (!local) return linesOfLog(run);
  const lines: { call: Call; request: string; answer: string; times: number }[] = [];
  for (const call of local.calls) {
    const request = requestOf(call);
    const answer = answerTo(call, local, flow);
    const last = lines.at(-1);
    if (last?.request === request && last.answer === answer && last.call.outcome === call.outcome) last.times += 1;
    else lines.push({ call, request, answer, times: 1 });
  }
  return lines.map(({ call, request, answer, times }) => {
    const outcome = typeof call.outcome === 'number' ? call.outcome : `fault ${call.outcome}`;
    const howOften = times > 1 ? `${times} times` : durationOf(call);
    return `${request} -> ${outcome}, ${howOften}${answer && `: ${answer}`}`;
  });
}

function requestOf({ operation, contactId, body }: Call): string {
  const request = `${operation} ${nameOf(contactId)}`;
  const { SourceContactId, RehydrationType } = body;
  return typeof SourceContactId === 'string' ? `${request}, ${RehydrationType} ${nameOf(SourceContactId)}` : request;
}

function durationOf({ durationMs }: Call): string {
  return durationMs === undefined ? 'no whole answer' : `${Math.round(durationMs)} ms`;
}

function answerTo(call: Call, local: NonNullable<Run['local']>, flow: ContactFlowEvent | undefined): string {
  if (call.errorType !== undefined) return `${call.errorType}: ${call.message}`;
  const answered = call.outcome === 200 || (call.outcome === 'slow' && call.durationMs !== undefined);
  return answered ? meaningOf(call, local, flow) : '';
}

/** What a successful answer says. */
function meaningOf(
  { operation, contactId }: Call,
  { contacts }: NonNullable<Run['local']>,
  flow: ContactFlowEvent | undefined,
): string {
  const contact = contacts.get(contactId);
  if (!contact) return 'done';
  const related = contact.RelatedContactId;
  switch (operation) {
    case 'DescribeContact':
      if (related !== undefined) return `already continues ${nameOf(related)}`;
      return `${kindOf(contact)} of ${ownerNameOf(contact, flow)}, ${endOf([contact])}`;
    case 'ListAssociatedContacts':
      return `session of ${listNames(sessionOf(contact, contacts))}`;
    default:
      return `continues ${nameOf(related ?? '')}`;
  }
}

/** As far as the function's own log line says. */
function linesOfLog({ endpoint, invocation }: Run): string[] {
  const { serviceError, ...line } = findLogLine(invocation.output) ?? {};
  const attempts = Object.entries({
    DescribeContact: line.describeAttempts,
    ListAssociatedContacts: line.listAttempts,
    CreatePersistentContactAssociation: line.associationAttempts,
  });
  const lines = attempts.flatMap(([operation, times]) =>
    times ? [`${operation}: ${times} request${times > 1 ? 's' : ''}`] : [],
  );
  if (!serviceError) return lines;
  const { operation, name, message } = serviceError;
  const refused = message.includes('ECONNREFUSED');
  return [
    ...lines,
    refused
      ? `${operation} failed: connection refused by ${endpoint}. Does a local Amazon Connect run there (npm run connect)?`
      : `${operation} failed at ${endpoint}: ${name}: ${message}`,
  ];
}
