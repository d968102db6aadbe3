import { readFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { parse } from 'yaml';
import { Problem } from './problems.ts';

export type Parameters = Record<string, string>;

/** Reads a stack's parameters; if that fails, says so and returns the template's defaults. Throws the reason of an abort. */
export async function readParameters(
  stack: string,
  region: string,
  signal: AbortSignal,
  print: (sentence: string) => void,
): Promise<Parameters> {
  const parameters = defaults();
  try {
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
    const command = new DescribeStacksCommand({ StackName: stack });
    const { Stacks } = await new CloudFormationClient({ region }).send(command, { abortSignal });
    for (const { ParameterKey = '', ParameterValue = '' } of Stacks?.[0]?.Parameters ?? [])
      parameters[ParameterKey] = ParameterValue;
  } catch (error) {
    signal.throwIfAborted();
    const { name } = error as Error;
    const why = name === 'Error' || name === 'AbortError' ? 'no answer from CloudFormation' : name;
    print(`The parameters of the stack "${stack}" could not be read (${why}): the template's defaults are expected.`);
  }
  return parameters;
}

function defaults(): Parameters {
  const template = readFileSync(new URL('../../template.yaml', import.meta.url), 'utf8');
  // Only resources contain CloudFormation's functions, whose tags are unknown here.
  const { Parameters } = parse(template, { version: '1.1', logLevel: 'error' });
  return Object.fromEntries(
    Object.entries(Parameters).map(([name, value]) => [name, String(Object(value).Default ?? '')]),
  );
}

export type Promised = ReturnType<typeof promisedBy>;

/**
 * What a stack with these parameters promises (docs/customer-identity.md, "The source contact check").
 *
 * @throws Problem if no chat that a program starts can be continued
 */
export function promisedBy(parameters: Parameters, instanceArn: string) {
  const { Enabled = '', InstanceArn, SourceContactCheck: check = '', CustomerIdentity: identity = '' } = parameters;
  if (InstanceArn && InstanceArn !== instanceArn)
    throw new Problem(`The stack is for another instance, ${InstanceArn}.`);
  if (/^(no|false)$/i.test(Enabled))
    throw new Problem('The stack is turned off (Enabled=No): there is nothing to verify.');
  const known = ['AUTO', 'CUSTOMER_ID', 'ATTRIBUTE'].includes(identity);
  const compares = check.startsWith('OWNER_');
  if (!known && check === 'OWNER_REQUIRED') {
    throw new Problem(`With CustomerIdentity=${identity} and SourceContactCheck=${check}, no chat that a program starts \
can be continued. Use verify with a staging stack of other settings.`);
  }
  const refuses = known && compares;
  const why = compares
    ? `CustomerIdentity=${identity}: a chat that a program starts has no such identity, so nobody is refused.`
    : `SourceContactCheck=${check}: nobody is refused for being another customer.`;
  const attribute = identity === 'ATTRIBUTE' ? parameters['CustomerIdAttribute'] : undefined;
  return {
    /** Whether another customer, or an unknown one, is refused a customer's chat. */
    refuses,
    /** Which setting turns the refusal off. */
    note: refuses ? undefined : why,
    /** The members of the request for a customer's chat. */
    identify: (id: string) => ({ CustomerId: id, Attributes: attribute ? { [attribute]: id } : {} }),
  };
}
