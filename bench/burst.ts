/**
 * `npm run bench:burst [-- --json]`: customers who come back in the same second, each in a Lambda environment of its
 * own, against Amazon Connect's documented quota. Beside this block runs the plain handler that the AWS documentation
 * would have one write.
 *
 * Every environment has answered one chat before the clock starts: loading and compiling 60 copies on this machine's few
 * processors would spread the burst over a second that real environments, with a processor each, do not take.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { QUOTAS } from '../local-connect/index.ts';
import { TIMEOUT_MS } from '../scripts/lambda-context.ts';
import { type Burst, runBurst } from './burst-run.ts';
import { machine } from './machine.ts';
import { type Goal, goalLines, table } from './table.ts';

const AT_ONCE = [20, 40, 60];
const PLAIN = 'plain handler';
const BLOCK = 'this block';
const BLOCK_WITH_CHECK = 'this block, with the check';

const bundle = new URL('../dist/handler.mjs', import.meta.url).href;
const HANDLERS = [
  { name: PLAIN, handler: new URL('./handlers/plain.ts', import.meta.url).href },
  { name: BLOCK, handler: bundle, environment: { SOURCE_CONTACT_CHECK: 'OFF' } },
  { name: BLOCK_WITH_CHECK, handler: bundle },
];

/** What the block keeps of its time for settling, milliseconds: `SETTLE_MS` of src/handler.ts. */
const SETTLE_MS = 140;

interface Result extends Burst {
  handler: string;
  atOnce: number;
  /** How many associations the quota allows up to this handler's own end. */
  allowed: number;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const head = [
  'at once',
  'handler',
  'associated',
  'failed',
  'attempts each',
  'looks each',
  'slowest, ms',
  'allowed by its end',
  `allowed in ${TIMEOUT_MS / 1_000} s`,
  'why not',
];
const results: Result[] = [];
for (const atOnce of AT_ONCE) {
  for (const { name, handler, environment } of HANDLERS) {
    const burst = await runBurst(handler, atOnce, environment);
    const ownEnd = name === PLAIN ? burst.slowest : TIMEOUT_MS - SETTLE_MS;
    results.push({ handler: name, atOnce, ...burst, allowed: Math.min(atOnce, quotaAllows(ownEnd)) });
  }
}
const goals = judge();
if (values.json) {
  console.log(JSON.stringify({ machine: machine(), results, goals }, null, 2));
} else {
  console.log(`${machine()}\n\n${table([head, ...results.map(row)], ['handler', 'why not'])}\n\n${goalLines(goals)}`);
}

/** A burst of 8, then 5 per second. */
function quotaAllows(milliseconds: number): number {
  const { burst, rate } = QUOTAS.CreatePersistentContactAssociation;
  return Math.floor(burst + (rate * milliseconds) / 1_000);
}

function row(result: Result): string[] {
  const { handler, atOnce, associated, failed, attempts, looks, slowest, allowed } = result;
  const reasons = Object.entries(failed).map(([reason, count]) => `${count} ${reason}`);
  return [
    String(atOnce),
    handler,
    String(associated),
    String(atOnce - associated),
    attempts.toFixed(1),
    looks ? looks.toFixed(1) : '-',
    slowest.toFixed(0),
    String(allowed),
    String(Math.min(atOnce, quotaAllows(TIMEOUT_MS))),
    reasons.join(', ') || '-',
  ];
}

/** The goals, all for one call per chat: with the check, the quota of `DescribeContact` has its say as well. */
function judge(): Goal[] {
  const [of20, of40, of60] = AT_ONCE.map(atOnce => results.find(r => r.handler === BLOCK && r.atOnce === atOnce));
  if (!of20 || !of40 || !of60) throw new Error('A run is missing.');
  const share = of60.associated / of60.allowed;
  return [
    { goal: '20 of 20 at once', measured: `${of20.associated}`, holds: of20.associated === 20 },
    { goal: 'at least 38 of 40 at once', measured: `${of40.associated}`, holds: of40.associated >= 38 },
    {
      goal: 'at 60 at once, at least 95 % of what the quota allows up to its deadline',
      measured: `${of60.associated} of ${of60.allowed}, ${(100 * share).toFixed(0)} %`,
      holds: share >= 0.95,
    },
    {
      goal: 'at most 8 attempts each at 40 at once',
      measured: of40.attempts.toFixed(1),
      holds: of40.attempts <= 8,
    },
  ];
}
