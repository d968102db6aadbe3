/**
 * `npm run bench:burst` (bench/README.md, "A burst"): customers who return in the same second, at the quotas.
 *
 * Every environment has answered one chat before the clock starts, and all run in one process: loading and compiling 60
 * copies on this machine's few processors would spread the burst over a second that real environments do not take.
 */
import { fileURLToPath } from 'node:url';
import { QUOTAS, startLocalConnect } from '../local/connect/index.ts';
import { TIMEOUT_MS } from '../local/lambda/context.ts';
import { type Answer, startLambdaProcess } from '../local/lambda/function.ts';
import { buildBundle } from '../scripts/build-bundle.ts';
import { readOptions } from '../scripts/options.ts';
import { HANDLER } from '../scripts/project.ts';
import { TIMES } from '../src/aws/deadline.ts';
import { atLeast, atMost, printReport, table } from './report.ts';
import { contactsOf, flowEvent, returningChat } from './returning-chat.ts';

readOptions('Usage: npm run bench:burst', {});
await buildBundle();

const CHECK_OFF = 'this block, source contact check OFF';
/** With `goals`: how many of 20 and of 40 at once must be associated. */
const CANDIDATES = [
  { name: 'baseline', file: fileURLToPath(new URL('./handlers/baseline.ts', import.meta.url)) },
  // One call for each chat; with the source contact check, the quota of `DescribeContact` matters, too.
  { name: CHECK_OFF, environment: { SOURCE_CONTACT_CHECK: 'OFF' }, goals: [20, 38] },
  { name: 'this block' },
  // The mode with the most calls: each takes a description more, and some the way back.
  { name: 'this block, last agent', rehydrationType: 'FROM_LAST_AGENT_SEGMENT' as const, goals: [20, 36] },
];

const bursts: Awaited<ReturnType<typeof runBurst>>[] = [];
for (const atOnce of [20, 40, 60]) {
  for (const candidate of CANDIDATES) bursts.push(await runBurst(candidate, atOnce));
}
const head = ['at once', 'handler', 'associated', 'attempts each', 'slowest, ms', 'allowed by its end', 'reasons'];
const rows = bursts.map(({ atOnce, candidate, associated, attempts, slowest, allowed, reasons }) => {
  return [atOnce, candidate.name, associated, attempts.toFixed(1), slowest.toFixed(0), allowed, reasons].map(String);
});
printReport([table(head, rows)], bursts.flatMap(goalsOf));

/** One handler's result: attempts for each chat, milliseconds of the slowest invocation. */
async function runBurst(candidate: (typeof CANDIDATES)[number], atOnce: number) {
  const chats = Array.from({ length: 2 * atOnce }, (_, n) => returningChat(n, candidate.rehydrationType));
  const [burst, warmUp] = [chats.slice(atOnce), chats.slice(0, atOnce)];
  const connect = await startLocalConnect({ contacts: chats.flatMap(contactsOf) });
  // Log lines are not measured, and standard error is for a process that breaks down.
  const silent = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
  const { child, invoke } = startLambdaProcess(candidate.file ?? HANDLER, {
    environment: { AWS_ENDPOINT_URL_CONNECT: connect.url, ...silent, ...candidate.environment },
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
    const ended = await Promise.all(burst.map((chat, copy) => invoke(flowEvent(chat), copy)));

    const { ASSOCIATED = [], ...others } = Object.groupBy(ended, resultOf);
    const associated = ASSOCIATED.length + (others['SESSION_NOT_LISTED'] ?? []).length;
    const persistent = burst.filter(({ contactId }) => connect.contacts.get(contactId)?.persistent).length;
    if (associated > persistent) throw new Error(`${associated} ended as associated, ${persistent} chats are.`);
    const attempts = connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation').length;
    const slowest = Math.max(...ended.map(({ milliseconds }) => milliseconds));
    // The baseline has no deadline of its own.
    const deadline = candidate.file ? slowest : TIMEOUT_MS - TIMES.report;
    const reasons = Object.entries(others).map(([reason, of]) => `${of?.length} ${reason}`);
    const quota = QUOTAS.CreatePersistentContactAssociation;
    return {
      candidate,
      atOnce,
      associated,
      attempts: attempts / atOnce,
      slowest,
      // How many associations the quota allows up to this handler's own end.
      allowed: Math.min(atOnce, Math.floor(quota.burst + (quota.rate * deadline) / 1_000)),
      reasons: reasons.join(', ') || '-',
    };
  } finally {
    child.kill();
    await connect.close();
  }
}

/** The reason, `ASSOCIATED` if there is none, or the error's name. */
function resultOf(answer: Answer): string {
  if ('error' in answer) return answer.error.name;
  const { reason, continuedFromContactId } = answer.returned as Record<string, string | undefined>;
  return reason || (continuedFromContactId ? 'ASSOCIATED' : '');
}

function goalsOf({ candidate, atOnce, associated, attempts, allowed }: (typeof bursts)[number]): string[] {
  const least = candidate.goals?.[atOnce / 20 - 1];
  const goals = least ? [atLeast(least, `of ${atOnce} at once, ${candidate.name}`, associated, 0)] : [];
  if (candidate.name !== CHECK_OFF || atOnce === 20) return goals;
  if (atOnce === 40) return [...goals, atMost(8, 'attempts each at 40 at once', attempts, 1)];
  const share = (100 * associated) / allowed;
  return [atLeast(95, 'of 60 at once, % of what the quota allows up to its deadline', share, 0)];
}
