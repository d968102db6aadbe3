/**
 * `npm run bench:start` (bench/README.md, "A start"). The local Amazon Connect in this process only answers.
 * The first rounds also have warm invocations, each with a chat of its own.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { startLocalConnect } from '../local/connect/index.ts';
import { lambdaEnvironment } from '../local/lambda/environment.ts';
import { buildBundle } from '../scripts/build-bundle.ts';
import { readOptions, wholeNumber } from '../scripts/options.ts';
import { HANDLER } from '../scripts/project.ts';
import { printReport } from './report.ts';
import { contactsOf, returningChat } from './returning-chat.ts';
import type { Start, StartOrder } from './start-process.ts';
import { medians, NAMES, type Results, startGoals, startTables } from './start-report.ts';

const rounds = readOptions(
  'Usage: npm run bench:start [-- --rounds N]   (default: 21)',
  { rounds: { type: 'string', default: '21' } },
  ({ rounds }) => wholeNumber('--rounds', rounds, 1, 1_000),
);
const WARM_ROUNDS = 7;
const WARM = { warmUp: 300, warm: 500 };
const COLD = { warmUp: 0, warm: 0 };
const ES_MODULE: BuildOptions = { format: 'esm', mainFields: ['module', 'main'] };

/** A handler and further environment variables. */
type Candidate = [file: string, environment?: Record<string, string>];

// TLS, because a handshake is a part of every first call to AWS.
const CERTIFICATE = here('../local/loopback.crt');
const tls = { key: await readFile(here('../local/loopback.key')), cert: await readFile(CERTIFICATE) };
const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
// A chat begins when the previous one is associated, so the last is answered as fast as the first.
let associated = 0;
const connect = await startLocalConnect({
  tls,
  contacts: contactsOf(returningChat(associated)),
  onRequest({ operation, outcome }) {
    connect.calls.length = 0;
    if (operation !== 'CreatePersistentContactAssociation' || outcome !== 200) return;
    associated += 1;
    connect.contacts.clear();
    for (const contact of contactsOf(returningChat(associated))) connect.contacts.set(contact.Id, contact);
  },
});
// A table that only answers: the next customer's past chat began an hour ago.
const table = createServer(tls, (request, response) => {
  request.resume().once('end', () => {
    const session = `session ${returningChat(associated).sourceContactId}`;
    const answer = { Attributes: { [session]: { N: String(Date.now() - 3_600_000) } } };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  });
}).listen(0, '127.0.0.1');
await once(table, 'listening');
try {
  const results = await measure(await buildCandidates());
  printReport(startTables(results), startGoals(results), `, ${rounds} rounds`);
} finally {
  await connect.close();
  table.close().closeAllConnections();
  await rm(folder, { recursive: true });
}

async function buildCandidates(): Promise<Record<keyof Results, Candidate>> {
  await buildBundle();
  // A copy, so that a build during the run does not change what is measured.
  const block = join(folder, 'handler.mjs');
  await copyFile(HANDLER, block);
  const sessionStore = {
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
    SESSION_STORE_TABLE: 'sessions',
    SESSION_STORE_KEY: 'a key of at least thirty-two characters',
    AWS_ENDPOINT_URL_DYNAMODB: `https://127.0.0.1:${(table.address() as AddressInfo).port}`,
  };
  return {
    // esbuild's defaults: what most people deploy.
    cjs: [await bundle('handlers/baseline.ts', 'baseline.cjs', { format: 'cjs' })],
    esm: [await bundle('handlers/baseline.ts', 'baseline.mjs')],
    off: [block, { SOURCE_CONTACT_CHECK: 'OFF' }],
    block: [block],
    store: [block, sessionStore],
  };
}

async function bundle(source: string, name: string, format: BuildOptions = ES_MODULE): Promise<string> {
  const outfile = join(folder, name);
  await build({ entryPoints: [here(source)], outfile, bundle: true, platform: 'node', minify: true, ...format });
  return outfile;
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

async function measure(candidates: Record<keyof Results, Candidate>): Promise<Results> {
  const processFile = await bundle('start-process.ts', 'process.mjs');
  const starts = new Map((Object.keys(candidates) as (keyof Results)[]).map(name => [name, [] as Start[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, ofIt] of starts) {
      ofIt.push(await startOnce(name, candidates[name], processFile, round < WARM_ROUNDS ? WARM : COLD));
    }
  }
  return Object.fromEntries([...starts].map(([name, ofIt]) => [name, medians(ofIt)])) as Results;
}

/** @throws Error when one of the invocations did not end with an association */
async function startOnce(
  name: keyof Results,
  [file, environment]: Candidate,
  processFile: string,
  invocations: typeof WARM,
): Promise<Start> {
  const firstChat = associated;
  const order: StartOrder = { file, firstChat, fromStore: name === 'store', ...invocations };
  const variables = { AWS_ENDPOINT_URL_CONNECT: connect.url, NODE_EXTRA_CA_CERTS: CERTIFICATE };
  const child = spawn(process.execPath, [processFile, JSON.stringify(order)], {
    env: lambdaEnvironment({ ...variables, ...environment }, 'nothing'),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [figures, [code]] = await Promise.all([text(child.stdio[3] as Readable), once(child, 'exit')]);
  const start = figures ? JSON.parse(figures) : { error: `It ended with exit code ${code}.` };
  if (start.error) throw new Error(`${NAMES[name]}: ${start.error}`);
  const expected = 1 + invocations.warmUp + invocations.warm;
  if (associated - firstChat !== expected) {
    throw new Error(`${NAMES[name]}: ${associated - firstChat} chats were associated, not ${expected}.`);
  }
  return start;
}
