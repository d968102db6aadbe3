/**
 * `npm run verify -- --instance-arn ARN`: the acceptance test of a deployed stack. It starts chats in the instance, reads
 * what their customers see, and settles what it can of the assumptions in docs/design.md.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fromHere, readOptions } from './options.ts';
import { verifyFlow } from './verify/flow.ts';
import { Instance, Problem, RequestError } from './verify/instance.ts';
import { type Row, resultOf } from './verify/rows.ts';
import { runChats } from './verify/run.ts';
import { promisedBy, readParameters } from './verify/stack.ts';

const USAGE = `Usage: npm run verify -- --instance-arn ARN [options]
Tests a deployed stack in its Amazon Connect instance: whether returning customers see their past messages and nobody else
does, and which assumptions of docs/design.md are true. Exit code 0 only if everything that was promised holds.
  --instance-arn ARN   the instance
  --stack NAME         the stack (default persistent-chat)
  --json FILE          write the result to this file, too
  --keep               leave the chats and the flow that it made
  --help               this text
It creates a flow, persistent-chat-verify-…, starts at most 12 chats, stops them, and deletes the flow. An agent sees none
of them. It asks for no operation more often than the default quotas allow; production's chats use the same quotas.
Time:  3 to 5 minutes, because Amazon Connect takes a while to write transcripts; against "npm run connect" seconds.
Cost:  about 15 chat messages and 20 short invocations of the function: a few US cents.
Needs: AWS credentials where the SDK finds them, with
       connect:ListContactFlowModules, connect:CreateContactFlow, connect:DeleteContactFlow, connect:StartChatContact,
       connect:StopContact, connect:DescribeContact, connect:GetContactAttributes and
       connect:CreatePersistentContactAssociation on the instance and all below it;
       cloudformation:DescribeStacks on the stack (without it, the template's defaults are expected).
With the session store, its records of these chats stay until they expire.`;

const ARN = /^arn:aws[a-z-]*:connect:([a-z0-9-]+):\d{12}:instance\/([A-Za-z0-9-]+)$/;

const { arn, region, id, stack, json, keep } = readOptions(
  USAGE,
  {
    options: {
      'instance-arn': { type: 'string', default: '' },
      stack: { type: 'string', default: 'persistent-chat' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  },
  ({ values: { 'instance-arn': arn, ...others } }) => {
    const [, region, id] = ARN.exec(arn) ?? [];
    if (!region || !id)
      throw new Error(`--instance-arn must look like arn:aws:connect:REGION:ACCOUNT:instance/ID, not "${arn}".`);
    if (others.stack.trim() === '') throw new Error('--stack is the name of a stack, persistent-chat say, not empty.');
    // Found out now, not after five minutes.
    if (others.json) writeFileSync(fromHere(others.json), '');
    return { arn, region, id, ...others };
  },
);

// Whoever sends Amazon Connect's requests to this machine wants none of the others to reach AWS.
const local = process.env['AWS_ENDPOINT_URL_CONNECT'];
if (local?.startsWith('http:')) process.env['AWS_ENDPOINT_URL'] ??= local;

const stopped = new AbortController();
const stop = () => {
  const what = keep ? 'the chats and the flow are kept' : 'the chats are ended and the flow is deleted';
  if (!stopped.signal.aborted) console.error(`Stopping: ${what} …`);
  stopped.abort(new Problem('Stopped before the end.'));
};
// Each time: a second Ctrl+C must not leave a flow behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

const startedAt = new Date();
const rows: Row[] = [];
const instance = new Instance(id, region, stopped.signal);
let problem: string | undefined;
let parameters: Record<string, string> = {};
try {
  await verify();
} catch (error) {
  problem = error instanceof Problem ? error.message : String((error as Error).stack);
}
const left = keep ? [] : await instance.cleanUp();
if (rows.length > 0) printTable();
for (const sentence of left) console.error(sentence);
if (left.length > 0) console.error('A chat ends by itself within 15 minutes.');
if (keep && instance.flow) {
  const chats = [...instance.open].map(({ id, name }) => id || `${name} (which may not have started)`).join(' ');
  const { id, name } = instance.flow;
  console.error(`Kept: the flow ${name} (${id}), and the chats ${chats || '(none is open)'}`);
}
const passed = !problem && rows.every(({ holds, required }) => holds !== false || !required);
if (problem) console.error(problem);
else console.error(passed ? 'Everything that was promised holds.' : 'Not everything that was promised holds.');
if (json) {
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
  const result = { passed, problem, instanceArn: arn, stack, parameters, startedAt, seconds, left, rows };
  writeFileSync(fromHere(json), `${JSON.stringify(result, null, 2)}\n`);
}
process.exit(passed ? 0 : 1);

async function verify(): Promise<void> {
  const name = `Persistent chat (${stack})`;
  const moduleId = await instance.moduleId(name);
  if (!moduleId) {
    const advice = `deploy the stack "${stack}" with CreateFlowModule=Yes, or name another one with --stack`;
    throw new Problem(`The instance has no flow module "${name}": ${advice}.`);
  }
  parameters = await readParameters(stack, region);
  const promised = promisedBy(parameters, arn);

  const { DefaultRehydrationType, SourceContactCheck } = parameters;
  const lastAgent = SourceContactCheck === 'OFF' ? 'FROM_SEGMENT' : 'FROM_LAST_AGENT_SEGMENT';
  const otherType = DefaultRehydrationType === 'ENTIRE_PAST_SESSION' ? lastAgent : 'ENTIRE_PAST_SESSION';
  const flow = `persistent-chat-verify-${randomUUID()}`;
  try {
    await instance.createFlow(flow, verifyFlow(moduleId, otherType, true));
  } catch (error) {
    if (!(error instanceof RequestError && error.type === 'InvalidContactFlowException')) throw error;
    await instance.createFlow(flow, verifyFlow(moduleId, otherType, false));
  }
  await runChats(instance, parameters, promised, printRow);
}

function printRow(row: Row): void {
  rows.push(row);
  console.error(`${[row.id, row.what].filter(Boolean).join(' ')}: ${row.seen} (${resultOf(row)})`);
}

function printTable(): void {
  const table = rows.map(row => [row.id ?? '', row.what, row.expected, row.seen, resultOf(row)]);
  const lines = [['', 'What', 'Expected', 'Seen', 'Result'], ...table];
  const widths = [0, 1, 2, 3].map(column => Math.max(...lines.map(line => line[column]?.length ?? 0)));
  for (const line of lines) {
    const cells = line.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    console.log(cells.join('  ').trimEnd());
  }
}
