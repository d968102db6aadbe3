import { writeFileSync } from 'node:fs';
import { fromHere, readOptions } from './options.ts';
import { conclusion, runTest } from './verify/acceptance-test.ts';
import { Instance } from './verify/instance.ts';
import { Problem } from './verify/problems.ts';

const USAGE = `Usage: npm run verify -- --instance-arn ARN [options]
Tests a deployed stack in its Amazon Connect instance: whether returning customers see their past messages and nobody else
does, and which assumptions of docs/design.md are true. Exit code 0 only if everything that was promised holds and
nothing is left behind.
  --instance-arn ARN   the instance
  --stack NAME         the stack (default persistent-chat)
  --json FILE          write the result to this file, too
  --keep               leave the chats and the flow that it made
  --help               this text
It creates a flow, persistent-chat-verify-…, starts at most 12 chats, stops them, and deletes the flow, also after Ctrl+C,
and names what it could not remove. An agent sees none of the chats. It asks for no operation more often than the default
quotas allow; production's chats use the same quotas.
Time:  3 to 5 minutes, because Amazon Connect takes a while to write transcripts; against "npm run connect" seconds.
Cost:  about 15 chat messages and 20 short invocations of the function: a few US cents.
Needs: AWS credentials where the SDK finds them, with
       connect:ListContactFlowModules, connect:CreateContactFlow, connect:DeleteContactFlow, connect:ListContactFlows,
       connect:StartChatContact, connect:StopContact, connect:DescribeContact, connect:GetContactAttributes and
       connect:CreatePersistentContactAssociation on the instance and all below it;
       cloudformation:DescribeStacks on the stack (without it, the template's defaults are expected).
With the session store, its records of these chats stay until they expire.`;

const ARN = /^arn:aws[a-z-]*:connect:([a-z0-9-]+):\d{12}:instance\/([A-Za-z0-9-]+)$/;

const { arn, region, id, stack, json, keep } = readOptions(
  USAGE,
  {
    'instance-arn': { type: 'string', default: '' },
    stack: { type: 'string', default: 'persistent-chat' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
  ({ 'instance-arn': arn, ...others }) => {
    const [, region, id] = ARN.exec(arn) ?? [];
    if (!region || !id)
      throw new Error(`--instance-arn must look like arn:aws:connect:REGION:ACCOUNT:instance/ID, not "${arn}".`);
    if (!others.stack.trim()) throw new Error('--stack is the name of a stack, such as persistent-chat, not empty.');
    // Fails now, not after five minutes.
    if (others.json) writeFileSync(fromHere(others.json), '');
    return { arn, region, id, ...others };
  },
);

// If Amazon Connect's requests go to this machine, no other request may reach AWS either.
const local = process.env['AWS_ENDPOINT_URL_CONNECT'];
if (local?.startsWith('http:')) process.env['AWS_ENDPOINT_URL'] ??= local;

const stopped = new AbortController();
const stop = () => {
  const what = keep ? 'the chats and the flow are kept' : 'the chats are ended and the flow is deleted';
  if (!stopped.signal.aborted) console.error(`Stopping: ${what} …`);
  stopped.abort(new Problem('Stopped before the end.'));
};
// Not `once`: a second Ctrl+C must not leave a flow behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

const startedAt = new Date();
const instance = new Instance(id, region, stopped.signal);
const output = { table: console.log, progress: console.error };
const result = await runTest({ arn, region, stack, keep }, instance, stopped.signal, output);
if (keep && instance.flow) {
  const chats = [...instance.open].map(({ id, name }) => id || `${name} (which may not have started)`).join(' ');
  const { id, name } = instance.flow;
  console.error(`Kept: the flow ${name} (${id || 'which may not exist'}), and the chats ${chats || '(none is open)'}`);
}
for (const sentence of conclusion(result)) console.error(sentence);
if (json) {
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
  const written = JSON.stringify({ instanceArn: arn, stack, startedAt, seconds, ...result }, null, 2);
  writeFileSync(fromHere(json), `${written}\n`);
}
process.exit(result.passed ? 0 : 1);
