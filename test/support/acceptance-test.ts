import { setTimeout as sleep } from 'node:timers/promises';
import * as local from '../../local/connect/index.ts';
import { start } from '../../local/connect/test-support.ts';
import { readModule, runFlow, toFlow } from '../../local/flow-runner/index.ts';
import { conclusion, runTest } from '../../scripts/verify/acceptance-test.ts';
import { Instance } from '../../scripts/verify/instance.ts';
import { Problem } from '../../scripts/verify/problems.ts';
import { resultOf } from '../../scripts/verify/rows.ts';
import { type Block, startBlock } from './block.ts';
import { startFaultyWay, type Way } from './faulty-way.ts';
import { startServer } from './server.ts';
import { VirtualTime } from './virtual-time.ts';

/** What differs from a default stack in an Amazon Connect as documented. */
export interface Run {
  connect?: local.LocalConnectOptions;
  /** The function's environment. */
  environment?: Record<string, string>;
  /** What CloudFormation says of the stack; without it, it says nothing. */
  parameters?: Record<string, string>;
  /** Changes what the function answered, or the contact. */
  answer?: (attributes: Record<string, string>, contact: local.Contact) => Record<string, string>;
  /** What goes wrong on the way of a request. */
  way?: (operation: string) => Way | undefined;
  /** The number of the request at whose beginning somebody presses Ctrl+C. */
  stopAt?: number;
  attemptMs?: number;
}

/** Lambda environments by their variables; at the endpoint of each, a run has an Amazon Connect of its own. */
const deployed = new Map<string, { block: Block; port: number }>();
const SAMPLES = new Set(local.sampleContacts(new Date()).map(({ Id }) => Id));
const module = readModule('template.yaml');

/** Runs the acceptance test in this process, in a time that passes only while it waits and no flow is at work. */
export async function runAcceptanceTest(run: Run = {}) {
  const time = new VirtualTime();
  const key = JSON.stringify(run.environment);
  // Closed with the test at the latest: what is open would keep Jest running.
  const connect = await start({
    ...run.connect,
    port: deployed.get(key)?.port ?? 0,
    onChatStarted: (contact, content = '') => time.whileRunning(runChat(contact, content)),
  });
  const { block } = deployed.get(key) ?? { block: await startBlock(connect, run.environment) };
  deployed.set(key, { block, port: connect.port });
  // The block's output is caught while it runs, one invocation at a time.
  let invoked: Promise<unknown> = Promise.resolve();

  function runChat(contact: local.Contact, content: string): Promise<unknown> {
    const invokeFunction = async (event: unknown) => {
      const answer = invoked.then(() => block.invoke(event));
      invoked = answer;
      const { attributes, error } = await answer;
      if (!attributes) throw error;
      return run.answer?.({ ...attributes }, contact) ?? attributes;
    };
    const clock = { now: () => Date.now(), sleep: (ms: number) => time.sleep(ms) };
    const variant = run.connect?.variant;
    return runFlow(toFlow(JSON.parse(content), 'verify'), { contact, module, invokeFunction, clock, variant });
  }

  const asked: { operation: string; at: number }[] = [];
  const stopped = new AbortController();
  const way = await startFaultyWay(connect.url, operation => {
    if (asked.push({ operation, at: Date.now() }) === run.stopAt) stopped.abort(new Problem('Stopped before the end.'));
    return run.way?.(operation);
  });
  const { url: stacks } = await startServer((_, response) =>
    run.parameters ? response.end(describeStacks(run.parameters)) : response.writeHead(403).end(),
  );
  process.env['AWS_ENDPOINT_URL_CONNECT'] = process.env['AWS_ENDPOINT_URL_CONNECTPARTICIPANT'] = way.url;
  process.env['AWS_ENDPOINT_URL_CLOUDFORMATION'] = stacks;

  const said: string[] = [];
  const output = { table: () => undefined, progress: (sentence: string) => said.push(sentence) };
  const instance = new Instance(local.INSTANCE_ID, 'us-east-1', stopped.signal, {
    sleep: (ms, _, { signal }) => time.advance(ms, signal),
    attemptMs: run.attemptMs ?? 10_000,
  });
  const stack = { arn: local.INSTANCE_ARN, region: 'us-east-1', stack: 'persistent-chat', keep: false };
  const result = await runTest(stack, instance, stopped.signal, output);

  way.close();
  const flows = await fetch(`${connect.url}/contact-flows-summary/any`, { headers: { authorization: 'any' } });
  const { ContactFlowSummaryList } = (await flows.json()) as { ContactFlowSummaryList: { Id: string }[] };
  await connect.close();
  // The block's client learns a moment later that its connections are gone.
  await sleep(20);
  time.end();
  const chats = [...connect.contacts.values()].filter(({ Id }) => !SAMPLES.has(Id));
  const failing = result.rows.filter(({ holds }) => holds === false);
  return {
    ...result,
    last: conclusion(result).at(-1) ?? '',
    /** The rows that do not hold: the name of each, and what was seen. */
    failing: failing.map(row => `${row.id ?? row.what}: ${row.seen} (${resultOf(row)})`),
    asked,
    said,
    chats: chats.length,
    /** The ids of what is still there. */
    open: [...chats.filter(chat => !chat.DisconnectTimestamp), ...ContactFlowSummaryList].map(({ Id }) => Id),
  };
}

/** CloudFormation's answer to `DescribeStacks`. */
function describeStacks(parameters: Record<string, string>): string {
  const members = Object.entries({ InstanceArn: local.INSTANCE_ARN, ...parameters }).map(
    ([key, value]) => `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
  );
  const stacks = `<Stacks><member><Parameters>${members.join('')}</Parameters></member></Stacks>`;
  return `<DescribeStacksResponse><DescribeStacksResult>${stacks}</DescribeStacksResult></DescribeStacksResponse>`;
}
