/**
 * `npm run bench:quotas` (bench/README.md, "At the quotas"): which share of the returning chats keeps its history. The
 * block's own code runs; Amazon Connect, the clock and the timers are simulated: ten minutes take less than a second.
 */
import type { ConnectClient } from '@aws-sdk/client-connect';
import event from '../events/last-agent.json' with { type: 'json' };
import { C1, C2, C3, QUOTAS, sampleContacts, tokenBucket } from '../local/connect/index.ts';
import { TIMEOUT_MS } from '../local/lambda/context.ts';
import { virtualTime } from '../local/lambda/virtual-time.ts';
import { readOptions } from '../scripts/options.ts';
import { AmazonConnect, type Operation } from '../src/aws/connect.ts';
import { Deadline, TIMES } from '../src/aws/deadline.ts';
import { parseContactFlowEvent } from '../src/event.ts';
import { isFinished, type Outcome, reasonOf } from '../src/outcome.ts';
import { continueFirst } from '../src/past-contact/continue.ts';
import { readRequest } from '../src/request.ts';
import { readSettings } from '../src/settings.ts';
import { atLeast, printReport, table } from './report.ts';

readOptions('Usage: npm run bench:quotas', {});

const SECONDS = 600;
const SEED = 1;
/** Assumed: Amazon Connect answers after a log-normal time, two thirds of it from 60 to 120 milliseconds. */
const LATENCY = { median: 85, sigma: 0.35 };

const [ENTIRE, LAST_AGENT] = ['ENTIRE_PAST_SESSION', 'FROM_LAST_AGENT_SEGMENT'] as const;
/**
 * A flow names C1 or C2, which had agents, or C3, a survey. Without `check`, it is the block's default; with `CONTACT`, every
 * contact is described once, as in the second mode.
 */
const MODES = [
  { name: 'check OFF', check: 'OFF', rehydrationType: ENTIRE, named: C1 },
  { name: `FROM_SEGMENT, or ${ENTIRE} from the initial contact`, rehydrationType: ENTIRE, named: C1 },
  { name: `${ENTIRE} from another contact`, rehydrationType: ENTIRE, named: C2 },
  { name: `${LAST_AGENT} from the survey`, rehydrationType: LAST_AGENT, named: C3 },
  { name: `${LAST_AGENT} from the initial contact`, rehydrationType: LAST_AGENT, named: C1 },
];
const OPERATIONS = ['CreatePersistentContactAssociation', 'DescribeContact', 'ListAssociatedContacts'] as const;

const contacts = new Map(sampleContacts(new Date()).map(contact => [contact.Id, contact]));
const session = [C1, C2, C3].map(ContactId => ({ ...contacts.get(ContactId), ContactId }));

/** When a column's chats begin, for how many seconds quotas refill, and the percentage of allowed chats to keep. */
const COLUMNS = [
  ...[2, 5, 10].map(perSecond => ({
    name: `${perSecond} per second`,
    begin: () => arrivals(perSecond),
    seconds: SECONDS + TIMEOUT_MS / 1_000,
    goal: perSecond > 5 ? 87 : 95,
  })),
  { name: '40 at once', begin: () => Array<number>(40).fill(0), seconds: TIMEOUT_MS / 1_000, goal: 90 },
];

const rows: string[][] = [];
const least = COLUMNS.map(() => 100);
for (const mode of MODES) {
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
    least[column] = Math.min(least[column] ?? 100, (100 * associated) / allowed);
    kept.push(`${associated.toFixed(1)} of ${allowed.toFixed(1)}`);
    notListed.push(share(outcome => reasonOf(outcome) === 'SESSION_NOT_LISTED').toFixed(1));
  }
  rows.push([mode.name, firstToBind(requests).join(', '), ...kept]);
  if (requests.ListAssociatedContacts > 0) rows.push(['of all, without the list of the session', '', ...notListed]);
}
printReport(
  [
    'Chats that keep their history, and those that the quotas allow, %:',
    table(['mode', 'binds first', ...COLUMNS.map(({ name }) => name)], rows),
  ],
  COLUMNS.map(({ name, goal }, column) =>
    atLeast(goal, `kept of what the quotas allow, %, ${name}`, least[column] ?? 0),
  ),
  `, ${SECONDS / 60} minutes each, seed ${SEED}`,
);

/** Lets chats begin at these milliseconds, which are chosen after chance is seeded; returns all outcomes and attempts. */
async function simulate(
  { check, rehydrationType, named: sourceContactId }: (typeof MODES)[number],
  begin: () => number[],
) {
  const time = virtualTime(SEED);
  const client = connectIn(time);
  const Parameters = { sourceContactId, rehydrationType, timeLimitSeconds: '8' };
  const flow = parseContactFlowEvent({ ...event, Details: { ...event.Details, Parameters } });
  const request = readRequest(flow, readSettings({ SOURCE_CONTACT_CHECK: check }));
  if (isFinished(request) || !request.named) throw new Error('It is not a returning chat.');
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
function connectIn(time: ReturnType<typeof virtualTime>): ConnectClient {
  const buckets = new Map(OPERATIONS.map(name => [`${name}Command`, tokenBucket(QUOTAS[name], time.now)]));
  const send = async (command: { input: { ContactId?: string; SourceContactId?: string } }) => {
    const { ContactId = '', SourceContactId } = command.input;
    const latency = LATENCY.median * Math.exp(LATENCY.sigma * standardNormal());
    await time.wait(latency / 2);
    const accepted = buckets.get(command.constructor.name)?.();
    await time.wait(latency / 2);
    if (!accepted) throw Object.assign(new Error('Rate exceeded'), { $metadata: { httpStatusCode: 429 } });
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
