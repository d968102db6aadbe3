import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { at, fieldsOf, readTemplate } from '../../local/flow-runner/template.ts';
import { Problem } from './instance.ts';

/** The stack's parameters that decide what is promised. */
export interface Settings {
  parameters: Record<string, string>;
  /** What was not read, and why: a sentence. */
  note: string | undefined;
}

/** The parameters of a stack; where they cannot be read, the template's defaults. */
export async function readSettings(stack: string, region: string): Promise<Settings> {
  const template = Object.entries(fieldsOf(at(readTemplate(), 'Parameters')));
  const defaults = Object.fromEntries(
    template.map(([name, fields]) => [name, String(fieldsOf(fields)['Default'] ?? '')]),
  );
  try {
    const answer = await new CloudFormationClient({ region }).send(new DescribeStacksCommand({ StackName: stack }));
    const given = answer.Stacks?.[0]?.Parameters?.map(each => [each.ParameterKey ?? '', each.ParameterValue ?? '']);
    return { parameters: { ...defaults, ...Object.fromEntries(given ?? []) }, note: undefined };
  } catch (error) {
    const { name } = error as Error;
    const why = name === 'Error' ? 'no answer of CloudFormation' : name;
    const note = `The parameters of the stack "${stack}" could not be read (${why}): the template's defaults are expected.`;
    return { parameters: defaults, note };
  }
}

/** What the stack promises. */
export interface Promised {
  /** Why another customer, or nobody who is known, may not continue a customer's chat; `undefined` where they may. */
  reasonFor: Record<'another' | 'nobody', string | undefined>;
  /** The contact attributes and the customer id of a customer. */
  identify: (id: string) => { CustomerId: string; Attributes: Record<string, string> };
  /** What is not refused or not seen because of a setting, as a sentence. */
  note: string | undefined;
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
    const sentence =
      'no chat that a program starts can be continued. Use verify with a staging stack of other settings.';
    throw new Problem(`With CustomerIdentity=${identity} and SourceContactCheck=${check}, ${sentence}`);
  }
  const refuses = known && compares;
  const note = compares
    ? `CustomerIdentity=${identity}: a chat that a program starts has no such identity, so nobody is refused.`
    : `SourceContactCheck=${check}: nobody is refused for being another customer.`;
  return {
    reasonFor: {
      another: refuses ? 'SOURCE_CONTACT_NOT_OWNED' : undefined,
      nobody: refuses ? 'CUSTOMER_UNKNOWN' : undefined,
    },
    identify: id => ({
      CustomerId: id,
      Attributes: identity === 'ATTRIBUTE' ? { [parameters['CustomerIdAttribute'] ?? '']: id } : {},
    }),
    note: refuses ? undefined : note,
  };
}
