/**
 * `npm run bench:burst` (bench/README.md, "A burst"): customers who return in the same second, at the quotas.
 *
 * Every environment has answered one chat before the clock starts: loading and compiling 60 copies on this machine's few
 * processors would spread the burst over a second that real environments, with a processor each, do not take.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { type LocalConnect, QUOTAS, startLocalConnect } from '../local/connect/index.ts';
import { TIMEOUT_MS } from '../local/lambda/context.ts';
import { type Answer, startLambdaProcess } from '../local/lambda/process.ts';
import { buildBundle } from '../scripts/build-bundle.ts';
import { readOptions } from '../scripts/options.ts';
import { HANDLER } from '../scripts/project.ts';
import { TIMES } from '../src/aws/deadline.ts';
import type { RehydrationType } from '../src/outcome.ts';
import { atMost, type Goal, printReport, table } from './report.ts';
import { contactsOf, flowEvent, type ReturningChat, returningChat } from './returning-chat.ts';

readOptions('Usage: npm run bench:burst', {});
await buildBundle();

interface Candidate {
  name: string;
  file: string;
  environment: Record<string, string>;
  rehydrationType: RehydrationType;
}

const AT_ONCE = [20, 40, 60];
const BASELINE_FILE = fileURLToPath(new URL('./handlers/baseline.ts', import.meta.url));
const BLOCK: Candidate = {
  name: 'this block',
  file: HANDLER,
  environment: {},
  rehydrationType: 'ENTIRE_PAST_SESSION',
};
const BASELINE: Candidate = { ...BLOCK, name: 'baseline', file: BASELINE_FILE };
const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const BLOCK_OFF: Candidate = { ...BLOCK, name: 'this block, source contact check OFF', environment: OFF };
const LAST_AGENT: Candidate = { ...BLOCK, name: 'this block, last agent', rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };

type Burst = Awaited<ReturnType<typeof runBurst>>;

const bursts: Burst[] = [];
for (const atOnce of AT_ONCE) {
  for (const candidate of [BASELINE, BLOCK_OFF, BLOCK, LAST_AGENT]) bursts.push(await runBurst(candidate, atOnce));
}
printReport([burstTable()], goals());

/** One handler's result: attempts for each chat, milliseconds of the slowest invocation. */
async function runBurst(candidate: Candidate, atOnce: number) {
  const chats = Array.from({ length: 2 * atOnce }, (_, n) => returningChat(n, candidate.rehydrationType));
  const connect = await startLocalConnect({ contacts: chats.flatMap(contactsOf) });
  try {
    const burst = chats.slice(atOnce);
    const ended = await inProcess({ warmUp: chats.slice(0, atOnce), burst }, candidate, connect);
    const reasons = Map.groupBy(ended, resultOf);
    const listed = (reasons.get('ASSOCIATED') ?? []).length;
    const associated = listed + (reasons.get('SESSION_NOT_LISTED') ?? []).length;
    const persistent = burst.filter(({ contactId }) => connect.contacts.get(contactId)?.persistent).length;
    if (associated > persistent) throw new Error(`${associated} ended as associated, ${persistent} chats are.`);
    reasons.delete('ASSOCIATED');
    const attempts = connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation').length;
    const slowest = Math.max(...ended.map(({ milliseconds }) => milliseconds));
    const deadline = candidate === BASELINE ? slowest : TIMEOUT_MS - TIMES.report;
    const quota = QUOTAS.CreatePersistentContactAssociation;
    return {
      candidate,
      atOnce,
      associated,
      attempts: attempts / atOnce,
      slowest,
      // How many associations the quota allows up to this handler's own end.
      allowed: Math.min(atOnce, Math.floor(quota.burst + (quota.rate * deadline) / 1_000)),
      reasons: [...reasons].map(([reason, { length }]) => `${length} ${reason}`).join(', ') || '-',
    };
  } finally {
    await connect.close();
  }
}

/**
 * Invokes as many copies of a handler as there are chats in the burst, all in one process: 60 would fight for the machine's
 * processors.
 */
async function inProcess(
  { warmUp, burst }: { warmUp: ReturningChat[]; burst: ReturningChat[] },
  { file, environment }: Candidate,
  connect: LocalConnect,
): Promise<Answer[]> {
  // Log lines are not measured, and standard error is for a process that breaks down.
  const silent = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
  const { child, invoke } = startLambdaProcess(file, {
    environment: { AWS_ENDPOINT_URL_CONNECT: connect.url, ...silent, ...environment },
    fromShell: 'nothing',
    output: 2,
  });
  try {
    for (const [copy, chat] of warmUp.entries()) {
      const result = resultOf(await invoke(flowEvent(chat), copy));
      if (result !== 'ASSOCIATED') throw new Error(`The first invocation of copy ${copy} ended as ${result}.`);
    }
    // Only now, so that warming up uses up nothing of the quotas.
    connect.setFaults(['quota']);
    connect.calls.length = 0;
    return await Promise.all(burst.map((chat, copy) => invoke(flowEvent(chat), copy)));
  } finally {
    child.kill();
  }
}

/** The reason, `ASSOCIATED` if there is none, or the error's name. */
function resultOf(answer: Answer): string {
  if ('error' in answer) return answer.error.name;
  const { reason, continuedFromContactId } = answer.returned as Record<string, string | undefined>;
  return reason || (continuedFromContactId ? 'ASSOCIATED' : '');
}

function burstTable(): string {
  const head = ['at once', 'handler', 'associated', 'attempts each', 'slowest, ms', 'allowed by its end', 'reasons'];
  const rows = bursts.map(({ atOnce, candidate: { name }, associated, attempts, slowest, allowed, reasons }) => {
    return [`${atOnce}`, name, `${associated}`, attempts.toFixed(1), slowest.toFixed(0), `${allowed}`, reasons];
  });
  return table(head, rows);
}

/**
 * For one call per chat, and for the mode with the most calls. With the source contact check, the quota of
 * `DescribeContact` matters, too.
 */
function goals(): Goal[] {
  const of = (wanted: Candidate) => bursts.filter(({ candidate }) => candidate === wanted) as [Burst, Burst, Burst];
  const [of20, of40, of60] = of(BLOCK_OFF);
  const [lastAgentOf20, lastAgentOf40] = of(LAST_AGENT);
  const least: [number, Burst][] = [
    [20, of20],
    [20, lastAgentOf20],
    [38, of40],
    // Each takes a description more, and some the way back.
    [36, lastAgentOf40],
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
