/**
 * `npm run bench:burst` (docs/performance.md, "A burst"): customers who come back in the same second, against quotas.
 *
 * Every environment has answered one chat before the clock starts: loading and compiling 60 copies on this machine's few
 * processors would spread the burst over a second that real environments, with a processor each, do not take.
 *
 * @module
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type LocalConnect, QUOTAS, startLocalConnect } from '../local/connect/index.ts';
import { BUNDLE, buildBundle } from '../scripts/build-bundle.ts';
import { TIMEOUT_MS } from '../scripts/lambda-context.ts';
import { readOptions } from '../scripts/options.ts';
import { TIMES } from '../src/aws/deadline.ts';
import type { RehydrationType } from '../src/outcome.ts';
import type { BurstOrder, Ended } from './burst-process.ts';
import { lambdaEnvironment } from './lambda.ts';
import { atMost, type Goal, printReport, table } from './report.ts';
import { contactsOf, returningChat } from './returning-chat.ts';

readOptions('Usage: npm run bench:burst', {});
await buildBundle();

interface Candidate {
  name: string;
  file: string;
  environment: Record<string, string>;
  rehydrationType: RehydrationType;
}

const AT_ONCE = [20, 40, 60];
const url = (path: string) => new URL(path, import.meta.url).href;
const BLOCK: Candidate = {
  name: 'this block',
  file: url(`../${BUNDLE}`),
  environment: {},
  rehydrationType: 'ENTIRE_PAST_SESSION',
};
const BASELINE: Candidate = { ...BLOCK, name: 'baseline', file: url('./handlers/baseline.ts') };
const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const BLOCK_OFF: Candidate = { ...BLOCK, name: 'this block, source contact check OFF', environment: OFF };
const LAST_AGENT: Candidate = { ...BLOCK, name: 'this block, last agent', rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };

type Burst = Awaited<ReturnType<typeof runBurst>>;

const bursts: Burst[] = [];
for (const atOnce of AT_ONCE) {
  for (const candidate of [BASELINE, BLOCK_OFF, BLOCK, LAST_AGENT]) bursts.push(await runBurst(candidate, atOnce));
}
printReport([burstTable()], goals());

/** How one of them did; attempts are counted per chat, milliseconds are those of the slowest invocation. */
async function runBurst(candidate: Candidate, atOnce: number) {
  const chats = Array.from({ length: 2 * atOnce }, (_, n) => returningChat(n, candidate.rehydrationType));
  const connect = await startLocalConnect({ contacts: chats.flatMap(contactsOf) });
  try {
    const order = { handler: candidate.file, warmUp: chats.slice(0, atOnce), burst: chats.slice(atOnce) };
    const ended = await inProcess(order, candidate, connect);
    const reasons = Map.groupBy(ended, ({ how }) => how);
    const associated = ended.filter(({ how }) => how === 'ASSOCIATED' || how === 'SESSION_NOT_LISTED').length;
    const persistent = order.burst.filter(({ contactId }) => connect.contacts.get(contactId)?.persistent).length;
    if (associated > persistent) throw new Error(`${associated} ended as associated, ${persistent} chats are.`);
    reasons.delete('ASSOCIATED');
    const attempts = connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation').length;
    const slowest = Math.max(...ended.map(({ milliseconds }) => milliseconds));
    const deadline = candidate === BASELINE ? slowest : TIMEOUT_MS - TIMES.report;
    const { burst, rate } = QUOTAS.CreatePersistentContactAssociation;
    return {
      candidate,
      atOnce,
      associated,
      attempts: attempts / atOnce,
      slowest,
      // How many associations the quota allows up to this handler's own end.
      allowed: Math.min(atOnce, Math.floor(burst + (rate * deadline) / 1_000)),
      reasons: [...reasons].map(([reason, { length }]) => `${length} ${reason}`).join(', ') || '-',
    };
  } finally {
    await connect.close();
  }
}

/** @throws Error when the handlers' process ends before their invocations do */
async function inProcess(order: BurstOrder, { environment }: Candidate, connect: LocalConnect): Promise<Ended[]> {
  // Log lines are not what is measured, and standard error is for a process that breaks down.
  const silent = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
  const child = fork(new URL('./burst-process.ts', import.meta.url), {
    env: { ...lambdaEnvironment(connect.url), ...silent, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`The process of the handlers ended with exit code ${code}.`);
  });
  child.send(order);
  await Promise.race([once(child, 'message'), died]);
  // Only now, so that the invocations that warm up take nothing of the quotas.
  connect.setFaults(['quota']);
  connect.calls.length = 0;
  child.send('burst');
  const [ended] = await Promise.race([once(child, 'message'), died]);
  return ended;
}

function burstTable(): string {
  const head = ['at once', 'handler', 'associated', 'attempts each', 'slowest, ms', 'allowed by its end', 'reasons'];
  const rows = bursts.map(({ atOnce, candidate: { name }, associated, attempts, slowest, allowed, reasons }) => {
    return [`${atOnce}`, name, `${associated}`, attempts.toFixed(1), slowest.toFixed(0), `${allowed}`, reasons];
  });
  return table(head, rows);
}

/**
 * For one call per chat, and for the mode with the most; with the source contact check, the quota of `DescribeContact` has
 * its say as well.
 */
function goals(): Goal[] {
  const of = (wanted: Candidate) => bursts.filter(({ candidate }) => candidate === wanted) as [Burst, Burst, Burst];
  const [of20, of40, of60] = of(BLOCK_OFF);
  const [lastAgentOf20, lastAgentOf40] = of(LAST_AGENT);
  const least: [number, Burst][] = [
    [20, of20],
    [20, lastAgentOf20],
    [38, of40],
    [38, lastAgentOf40],
  ];
  const share = of60.associated / of60.allowed;
  return [
    ...least.map(([wanted, { candidate, atOnce, associated }]) => ({
      goal: `at least ${wanted} of ${atOnce} at once, ${candidate.name}`,
      measured: `${associated}`,
      holds: associated >= wanted,
    })),
    {
      goal: 'at 60 at once, at least 95 % of what the quota allows up to its deadline',
      measured: `${of60.associated} of ${of60.allowed}, ${(100 * share).toFixed(0)} %`,
      holds: share >= 0.95,
    },
    atMost(8, 'attempts each at 40 at once', of40.attempts, 1),
  ];
}
