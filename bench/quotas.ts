/**
 * `npm run bench:quotas` (bench/README.md, "At the quotas"): which share of the returning chats keeps its history. The
 * block's own code runs; Amazon Connect, the clock and the timers are simulated: ten minutes take less than a second.
 *
 * @module
 */
import type { ConnectClient } from '@aws-sdk/client-connect';
import event from '../events/last-agent.json' with { type: 'json' };
import { C1, C2, C3, QUOTAS, sampleContacts, tokenBucket } from '../local/connect/index.ts';
import { TIMEOUT_MS } from '../local/lambda/context.ts';
import { type VirtualTime, virtualTime } from '../local/lambda/virtual-time.ts';
import { readOptions } from '../scripts/options.ts';
import { AmazonConnect, type Operation } from '../src/aws/connect.ts';
import { Deadline, TIMES } from '../src/aws/deadline.ts';
import { parseContactFlowEvent } from '../src/event.ts';
import { isFinished, type Outcome, type RehydrationType, reasonOf } from '../src/outcome.ts';
import { continueFirst } from '../src/past-contact/continue.ts';
import { readRequest } from '../src/request.ts';
import { readSettings, type SourceContactCheck } from '../src/settings.ts';
import { printReport, table } from './report.ts';

readOptions('Usage: npm run bench:quotas', {});

const SECONDS = 600;
const SEED = 1;
/** Assumed: Amazon Connect answers after a log-normal time, two thirds of it from 60 to 120 milliseconds. */
const LATENCY = { median: 85, sigma: 0.35 };

/** The block's setting, the flow's request, and the contact that it names: C1 or C2 (agents), or C3 (survey). */
type Mode = readonly [name: string, SourceContactCheck, RehydrationType, named: string];
const MODES: readonly Mode[] = [
  ['check OFF', 'OFF', 'ENTIRE_PAST_SESSION', C1],
  // With the check CONTACT, every contact is described once.
  ['FROM_SEGMENT, or ENTIRE_PAST_SESSION from the initial contact', 'OWNER_IF_KNOWN', 'ENTIRE_PAST_SESSION', C1],
  ['ENTIRE_PAST_SESSION from another contact', 'OWNER_IF_KNOWN', 'ENTIRE_PAST_SESSION', C2],
  ['FROM_LAST_AGENT_SEGMENT from the survey', 'OWNER_IF_KNOWN', 'FROM_LAST_AGENT_SEGMENT', C3],
  ['FROM_LAST_AGENT_SEGMENT from the initial contact', 'OWNER_IF_KNOWN', 'FROM_LAST_AGENT_SEGMENT', C1],
];
const THROTTLED = { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } };
const OPERATIONS = ['CreatePersistentContactAssociation', 'DescribeContact', 'ListAssociatedContacts'] as const;

const contacts = new Map(sampleContacts(new Date()).map(contact => [contact.Id, contact]));
const session = [C1, C2, C3].map(ContactId => ({ ...contacts.get(ContactId), ContactId }));

/** When a column's chats begin, for how many seconds quotas refill, and the share of allowed chats to keep. */
const COLUMNS = [
  ...[2, 5, 10].map(perSecond => ({
    name: `${perSecond} per second`,
    begin: () => arrivals(perSecond),
    seconds: SECONDS + TIMEOUT_MS / 1_000,
    goal: perSecond > 5 ? 0.87 : 0.95,
  })),
  { name: '40 at once', begin: () => Array.from({ length: 40 }, () => 0), seconds: TIMEOUT_MS / 1_000, goal: 0.9 },
];

const rows: string[][] = [];
const least = COLUMNS.map(() => 1);
for (const mode of MODES) {
  const [name] = mode;
  const { attempts: requests } = await simulate(mode, () => [0]);
  const kept: string[] = [];
  const notListed: string[] = [];
  for (const [column, { begin, seconds }] of COLUMNS.entries()) {
    const { outcomes } = await simulate(mode, begin);
    const share = (wanted: (outcome: Outcome) => boolean) => (100 * outcomes.filter(wanted).length) / outcomes.length;
    // The list's quota limits no share: without the list, the last agent's segment is found in other ways.
    const shares = (['CreatePersistentContactAssociation', 'DescribeContact'] as const).map(operation => {
      const { burst, rate } = QUOTAS[operation];
      return (100 * (burst + rate * seconds)) / (requests[operation] * outcomes.length);
    });
    const allowed = Math.min(100, ...shares);
    const associated = share(({ status }) => status === 'ASSOCIATED');
    least[column] = Math.min(least[column] ?? 1, associated / allowed);
    kept.push(`${associated.toFixed(1)} of ${allowed.toFixed(1)}`);
    notListed.push(share(outcome => reasonOf(outcome) === 'SESSION_NOT_LISTED').toFixed(1));
  }
  rows.push([name, firstToBind(requests).join(', '), ...kept]);
  if (requests.ListAssociatedContacts > 0) rows.push(['of all, without the list of the session', '', ...notListed]);
}
const goals = COLUMNS.map(({ name, goal }, column) => ({
  goal: `kept of what the quotas allow, ${name}, at least ${100 * goal} %`,
  measured: `${(100 * (least[column] ?? 0)).toFixed(1)} %`,
  holds: (least[column] ?? 0) >= goal,
}));
printReport(
  [
    'Chats that keep their history, and those that the quotas allow, %:',
    table(['mode', 'binds first', ...COLUMNS.map(({ name }) => name)], rows),
  ],
  goals,
  `, ${SECONDS / 60} minutes each, seed ${SEED}`,
);

/**
 * Lets chats begin at these times, in milliseconds, and returns each chat's outcome and all attempts.
 *
 * @param begin called after chance is seeded
 */
async function simulate([name, check, rehydrationType, sourceContactId]: Mode, begin: () => number[]) {
  const time = virtualTime(SEED);
  const client = connectIn(time);
  const settings = readSettings({ SOURCE_CONTACT_CHECK: check });
  const Parameters = { sourceContactId, rehydrationType, timeLimitSeconds: '8' };
  const flow = parseContactFlowEvent({ ...event, Details: { ...event.Details, Parameters } });
  const request = readRequest(flow, settings);
  if (isFinished(request) || !request.named) throw new Error(`${name}: not a returning chat.`);
  const candidates = [request.named];

  const attempts = { CreatePersistentContactAssociation: 0, DescribeContact: 0, ListAssociatedContacts: 0 };
  const outcomes: Outcome[] = [];
  for (const at of begin()) {
    void time.wait(at).then(async () => {
      const connect = new AmazonConnect(client, { id: flow.instanceId, arn: flow.instanceArn });
      const deadline = new Deadline(TIMEOUT_MS - TIMES.report);
      outcomes.push((await continueFirst(candidates, { request, connect, deadline })).outcome);
      for (const name of OPERATIONS) attempts[name] += connect.attempts[name];
    });
  }
  await time.run();
  return { outcomes, attempts };
}

/** When chats begin that are independent of one another (a Poisson process). */
function arrivals(perSecond: number): number[] {
  const times: number[] = [];
  for (let at = 0; ; times.push(at)) {
    at += (-1_000 * Math.log(1 - Math.random())) / perSecond;
    if (at >= SECONDS * 1_000) return times;
  }
}

/** An Amazon Connect that fails only because of its default quotas. A request counts half-way to its answer. */
function connectIn(time: VirtualTime): ConnectClient {
  const buckets = new Map(OPERATIONS.map(name => [`${name}Command`, tokenBucket(QUOTAS[name], time.now)]));
  const send = async (command: { input: { ContactId?: string; SourceContactId?: string } }) => {
    const { ContactId = '', SourceContactId } = command.input;
    const latency = LATENCY.median * Math.exp(LATENCY.sigma * standardNormal());
    await time.wait(latency / 2);
    const accepted = buckets.get(command.constructor.name)?.();
    await time.wait(latency / 2);
    if (!accepted) throw Object.assign(new Error('Rate exceeded'), THROTTLED);
    return { Contact: contacts.get(ContactId), ContactSummaryList: session, ContinuedFromContactId: SourceContactId };
  };
  return { send } as unknown as ConnectClient;
}

/** A number of the standard normal distribution (Box and Muller). */
function standardNormal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

/** The quotas that the fewest chats per second use up. */
function firstToBind(requests: Record<Operation, number>): string[] {
  const chats = (name: Operation) => QUOTAS[name].rate / requests[name];
  const fewest = Math.min(...OPERATIONS.map(chats));
  return OPERATIONS.filter(name => chats(name) === fewest).map(name => `${name} at ${fewest}`);
}
