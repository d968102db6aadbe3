import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { at, fieldsOf, readTemplate } from '../../local/flow-runner/template.ts';
import { Problem } from './instance.ts';

/** The parameters of a stack; where they cannot be read, the template's defaults, and a sentence that says so. */
export async function readParameters(stack: string, region: string): Promise<Record<string, string>> {
  const template = Object.entries(fieldsOf(at(readTemplate(), 'Parameters')));
  const parameters = Object.fromEntries(
    template.map(([name, fields]) => [name, String(fieldsOf(fields)['Default'] ?? '')]),
  );
  try {
    const answer = await new CloudFormationClient({ region }).send(new DescribeStacksCommand({ StackName: stack }));
    for (const { ParameterKey = '', ParameterValue = '' } of answer.Stacks?.[0]?.Parameters ?? [])
      parameters[ParameterKey] = ParameterValue;
  } catch (error) {
    const { name } = error as Error;
    const why = name === 'Error' ? 'no answer of CloudFormation' : name;
    console.error(
      `The parameters of the stack "${stack}" could not be read (${why}): the template's defaults are expected.`,
    );
  }
  return parameters;
}

/** What the stack promises. */
export interface Promised {
  /** Whether another customer, and nobody who is known, may not continue a customer's chat. */
  refuses: boolean;
  /** What is not refused because of a setting, as a sentence. */
  note: string | undefined;
  /** The contact attributes and the customer id of a customer. */
  identify: (id: string) => { CustomerId: string; Attributes: Record<string, string> };
}

/**
 * What a stack with these parameters promises (docs/customer-identity.md, "The source contact check").
 *
 * @throws Problem where no chat that a program starts can be continued
 */
export function promisedBy(parameters: Record<string, string>, instanceArn: string): Promised {
  const { Enabled, InstanceArn, SourceContactCheck: check = '', CustomerIdentity: identity = '' } = parameters;
  if (InstanceArn && InstanceArn !== instanceArn)
    throw new Problem(`The stack is for another instance, ${InstanceArn}.`);
  if (Enabled === 'No') throw new Problem('The stack is turned off (Enabled=No): there is nothing to verify.');
  const known = ['AUTO', 'CUSTOMER_ID', 'ATTRIBUTE'].includes(identity);
  const compares = check.startsWith('OWNER_');
  if (!known && check === 'OWNER_REQUIRED') {
    const settings = `With CustomerIdentity=${identity} and SourceContactCheck=${check}`;
    const advice = 'Use verify with a staging stack of other settings.';
    throw new Problem(`${settings}, no chat that a program starts can be continued. ${advice}`);
  }
  const note = compares
    ? `CustomerIdentity=${identity}: a chat that a program starts has no such identity, so nobody is refused.`
    : `SourceContactCheck=${check}: nobody is refused for being another customer.`;
  const { CustomerIdAttribute = '' } = parameters;
  return {
    refuses: known && compares,
    note: known && compares ? undefined : note,
    identify: id => ({ CustomerId: id, Attributes: identity === 'ATTRIBUTE' ? { [CustomerIdAttribute]: id } : {} }),
  };
}
