/** `npm run bench:start` (bench/README.md, "A start"). The local Amazon Connect in this process only answers. */
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
import { lambdaEnvironment } from '../local/lambda/function.ts';
import { buildBundle } from '../scripts/build-bundle.ts';
import { readOptions, wholeNumber } from '../scripts/options.ts';
import { HANDLER } from '../scripts/project.ts';
import { printReport } from './report.ts';
import { contactsOf, returningChat } from './returning-chat.ts';
import type { Start, StartOrder } from './start-process.ts';
import { medians, NAMES, type Name, type Results, startGoals, startTables } from './start-report.ts';

const rounds = readOptions(
  'Usage: npm run bench:start [-- --rounds N]   (default: 21)',
  { rounds: { type: 'string', default: '21' } },
  ({ rounds }) => wholeNumber('--rounds', rounds, 1, 1_000),
);
/** The first rounds also have warm invocations, each with a chat of its own. */
const WARM_ROUNDS = 7;
const ES_MODULE: BuildOptions = { format: 'esm', mainFields: ['module', 'main'] };

type Candidate = Awaited<ReturnType<typeof buildCandidates>>[Name];

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
  const results = await measure();
  printReport(startTables(results), startGoals(results), `, ${rounds} rounds`);
} finally {
  await connect.close();
  table.close().closeAllConnections();
  await rm(folder, { recursive: true });
}

async function buildCandidates() {
  await buildBundle();
  // A copy, so that a build during the run does not change what is measured.
  const file = join(folder, 'handler.mjs');
  await copyFile(HANDLER, file);
  const sessionStore = {
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
    SESSION_STORE_TABLE: 'sessions',
    SESSION_STORE_KEY: 'a key of at least thirty-two characters',
    AWS_ENDPOINT_URL_DYNAMODB: `https://127.0.0.1:${(table.address() as AddressInfo).port}`,
  };
  return {
    // esbuild's defaults: what most people deploy.
    cjs: { file: await bundle('handlers/baseline.ts', 'baseline.cjs', { format: 'cjs' }), environment: {} },
    esm: { file: await bundle('handlers/baseline.ts', 'baseline.mjs'), environment: {} },
    off: { file, environment: { SOURCE_CONTACT_CHECK: 'OFF' } },
    block: { file, environment: {} },
    store: { file, environment: sessionStore },
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

async function measure(): Promise<Results> {
  const candidates = Object.entries(await buildCandidates()) as [Name, Candidate][];
  const processFile = await bundle('start-process.ts', 'process.mjs');
  const starts = candidates.map(([name, candidate]) => ({ name, candidate, measured: [] as Start[] }));
  for (let round = 0; round < rounds; round++) {
    const [warmUp, warm] = round < WARM_ROUNDS ? [300, 500] : [0, 0];
    for (const { name, candidate, measured } of starts) {
      measured.push(await startOnce(name, candidate, processFile, { warmUp, warm }));
    }
  }
  return Object.fromEntries(starts.map(({ name, measured }) => [name, medians(measured)])) as Results;
}

/** @throws Error when one of the invocations did not end with an association */
async function startOnce(
  name: Name,
  { file, environment }: Candidate,
  processFile: string,
  invocations: Pick<StartOrder, 'warmUp' | 'warm'>,
): Promise<Start> {
  const firstChat = associated;
  const order: StartOrder = { file, firstChat, fromStore: name === 'store', ...invocations };
  const variables = { AWS_ENDPOINT_URL_CONNECT: connect.url, NODE_EXTRA_CA_CERTS: CERTIFICATE };
  const child = spawn(process.execPath, [processFile, JSON.stringify(order)], {
    env: lambdaEnvironment({ environment: { ...variables, ...environment }, fromShell: 'nothing' }),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [figures, [code]] = await Promise.all([text(child.stdio[3] as Readable), once(child, 'exit')]);
  const start = figures ? JSON.parse(figures) : { error: `It ended with exit code ${code}.` };
  if (start.error) throw new Error(`${NAMES[name]}: ${start.error}`);
  const expected = 1 + invocations.warmUp + invocations.warm;
  if (associated - firstChat === expected) return start;
  throw new Error(`${NAMES[name]}: ${associated - firstChat} chats were associated, not ${expected}.`);
}
