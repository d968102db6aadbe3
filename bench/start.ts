/**
 * `npm run bench:start [-- --rounds N] [--json]`: what a start costs, of this block and of the handlers that it is
 * compared with. Each starts in a fresh process, many times, in turns, against one local Amazon Connect in this process,
 * which does nothing but answer. All figures are medians.
 *
 * The first rounds also go on with warm invocations, each of them an association of a chat of its own.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEndlessChats } from './endless-chats.ts';
import { machine } from './machine.ts';
import { buildCandidates, buildProcess, type Candidate } from './start-candidates.ts';
import { startOnce } from './start-once.ts';
import type { Start } from './start-process.ts';
import { judgeStarts, type Result, startTables, summary } from './start-results.ts';
import { goalLines } from './table.ts';

const WARM_ROUNDS = 7;
const WARM = { warmUp: 300, warm: 500 };
const COLD = { warmUp: 0, warm: 0 };

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '21' }, json: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is a whole number, not "${values.rounds}".`);

const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
try {
  const results = await measure(await buildCandidates(folder), await buildProcess(folder));
  const goals = judgeStarts(results);
  if (values.json) console.log(JSON.stringify({ machine: machine(), rounds, results, goals }, null, 2));
  else console.log(`${machine()}, ${rounds} rounds\n\n${startTables(results)}\n\n${goalLines(goals)}`);
} finally {
  await rm(folder, { recursive: true });
}

async function measure(candidates: Candidate[], processFile: string): Promise<Result[]> {
  const connect = await startEndlessChats();
  const starts = new Map<Candidate, Start[]>(candidates.map(candidate => [candidate, []]));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [candidate, ofIt] of starts) {
        ofIt.push(await startOnce(candidate, processFile, connect, round < WARM_ROUNDS ? WARM : COLD));
      }
    }
  } finally {
    await connect.close();
  }
  return [...starts].map(([candidate, ofIt]) => summary(candidate, ofIt));
}
