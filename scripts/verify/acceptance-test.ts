import type { Output } from './chats.ts';
import { cleanUp } from './clean-up.ts';
import type { Instance } from './instance.ts';
import { Problem } from './problems.ts';
import { type Row, resultOf } from './rows.ts';
import { createFlow, findModule, runChats } from './run.ts';
import { promisedBy, readParameters } from './stack.ts';

/** The stack that is tested. */
export interface Tested {
  arn: string;
  region: string;
  stack: string;
  /** Whether to keep the chats and the flow. */
  keep: boolean;
}

/** How a run of the acceptance test ended. */
export interface Result {
  /** Whether everything that was promised holds, and nothing is left behind by mistake. */
  passed: boolean;
  /** Why it could not continue, as a sentence. */
  problem: string | undefined;
  parameters: Record<string, string>;
  /** A sentence for each thing that could not be removed. */
  left: string[];
  rows: Row[];
}

/** Runs the acceptance test, and removes what it made. */
export async function runTest(tested: Tested, instance: Instance, signal: AbortSignal, output: Output) {
  const { arn, region, stack, keep } = tested;
  const result: Result = { passed: false, problem: undefined, parameters: {}, left: [], rows: [] };
  const row = (row: Row) => {
    result.rows.push(row);
    output.row(row);
  };
  try {
    const moduleId = await findModule(instance, stack);
    result.parameters = await readParameters(stack, region, signal, output.progress);
    const promised = promisedBy(result.parameters, arn);
    await createFlow(instance, moduleId, otherType(result.parameters));
    await runChats(instance, result.parameters, promised, { ...output, row });
  } catch (error) {
    result.problem = error instanceof Problem ? error.message : String((error as Error).stack);
  }
  if (!keep) result.left = await cleanUp(instance);
  result.passed = !result.problem && result.left.length === 0 && !result.rows.some(fails);
  return result;
}

/** A rehydration type that the stack allows but that is not its default. */
function otherType({ DefaultRehydrationType, SourceContactCheck }: Record<string, string>): string {
  if (DefaultRehydrationType !== 'ENTIRE_PAST_SESSION') return 'ENTIRE_PAST_SESSION';
  return SourceContactCheck === 'OFF' ? 'FROM_SEGMENT' : 'FROM_LAST_AGENT_SEGMENT';
}

/** The sentences at the end: what is left behind, why the test could not continue, and which rows fail. */
export function conclusion({ passed, problem, left, rows }: Result): string[] {
  const failed = rows.filter(fails).map(({ id, what }) => id ?? what);
  const page = 'See docs/troubleshooting.md#the-acceptance-test.';
  return [
    ...left,
    ...(problem ? [problem] : []),
    ...(failed.length > 0 ? [`Not everything that was promised holds. FAILS: ${failed.join('; ')}. ${page}`] : []),
    ...(passed ? ['Everything that was promised holds.'] : []),
    ...(!passed && !problem && failed.length === 0
      ? [`Everything holds, but not everything was removed. ${page}`]
      : []),
  ];
}

function fails(row: Row): boolean {
  return resultOf(row) === 'FAILS';
}
