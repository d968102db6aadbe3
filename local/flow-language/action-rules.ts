import { invokedBy, type Parts, type Rule, rule } from './rule.ts';

const IDENTIFIER =
  /^(?!(__proto__|constructor|__define[GS]etter__|toString|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|valueOf)$)[^%:(\\/)=$,;[\]{}]{1,50}$/;
const OPERATOR =
  /^(Equals|KeyExists|Text(StartsWith|EndsWith|Contains)|Number(GreaterThan|GreaterOrEqualTo|LessThan|LessOrEqualTo))$/;
const REFERENCE = /^\$(\.[^\s.[\]]+|\[[^\]]+\])+$/;
/** Namespaces: they have leaves but no value of their own. `$.Channel` is a leaf. */
const NAMESPACE =
  /^\$\.(Agent|Attributes|Customer|CustomerEndpoint|External|FlowAttributes|Lex|Media|Metrics|Modules(\.Input|\.ResultData)?|Queue|SegmentAttributes|SystemEndpoint|Views)$/;
/** An empty text inside a value of `ViewData`: public exports have some. P saw one refused that was the value itself. */
const DEEP_IN_VIEW = /^Parameters\.ViewData\.[^.]+\./;
/** Seconds that a Lambda block may wait (R; F 4; the admin guide has the asynchronous mode). */
const TIME_LIMIT = { SYNCHRONOUS: 8, ASYNCHRONOUS: 60 };
const SECONDS = 'a whole number of seconds, from 1 to 8, or to 60 in an asynchronous call';
const MESSAGES = 'messages, each of one Text, SSML, PromptId or Media';
const UNTAKEN = 'the module can return with this branch, and no condition takes it';
const MAX_TAGS = 6;

/** A rule about a parameter of one action type, where it is given. */
function parameter(
  type: string,
  name: string,
  wants: string,
  broken: (value: unknown, parameters: Parts['Parameters']) => boolean | string[],
): Rule<Parts> {
  return rule(`Parameters.${name}`, wants, ({ Type, Parameters }) => {
    return Type === type && Parameters[name] !== undefined && broken(Parameters[name], Parameters);
  });
}

/** What the service wants of each action. P, F, A and R: the records of action-types.ts. */
export const ACTION_RULES: Rule<Parts>[] = [
  rule('Identifier', 'a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}', (parts, all) => {
    return !IDENTIFIER.test(parts.Identifier) || all.actions.get(parts.Identifier) !== parts;
  }), // R
  rule('Type ', 'an action type of the flow language', ({ Type, type }) => (type ? [] : [Type])),
  rule('Parameters.', 'this parameter', ({ known }) =>
    known.flatMap(({ name, isRequired, value }) => (isRequired && value === undefined ? name : [])),
  ), // F 22, F 34 and A: "Action is missing required property".
  rule('Parameters.', 'no such parameter', ({ type, known, Parameters }) =>
    Object.keys(Parameters).filter(given => {
      const parameter = known.find(({ name }) => name === given);
      return parameter ? parameter.isRefused : type?.parameters?.endsWith('*') === false;
    }),
  ), // P and A: "Invalid Action property name".
  rule('Parameters ', 'one of these parameters, and no other of them', ({ type, Parameters }) =>
    type?.exactlyOne?.filter(list => countGiven(list, Parameters) !== 1),
  ), // A, F 5, F 33, F 35: "Only one of these properties may be defined".
  rule('Parameters ', 'at most one of these parameters', ({ type, Parameters }) =>
    type?.atMostOne?.filter(list => countGiven(list, Parameters) > 1),
  ), // F 3, F 18: never both.
  // P: every scalar is a text. A: a JSON true in an input is refused. F 21: a number of loops is taken.
  rule('Parameters.', 'a text', ({ known }) => misfitting(known, ['text', 'texts'], isText)),
  rule('Parameters.', 'a number or a reference', ({ known }) => misfitting(known, ['number'], isNumber)),
  rule('Parameters.', 'a text or a number', ({ known }) => misfitting(known, ['numbers'], isTextOrNumber)),
  rule('Parameters.', 'one of the values that the reference names', ({ known }) =>
    known.flatMap(({ name, kind, value }) => {
      return !kind.includes('|') || value === undefined || kind.split('|').includes(String(value)) ? [] : name;
    }),
  ),
  rule('', 'a text that is not empty', ({ Parameters, Transitions }) =>
    emptyIn({ Parameters, Transitions }).filter(path => !DEEP_IN_VIEW.test(path)),
  ), // P, "An empty string is never a valid parameter value"
  parameter('InvokeLambdaFunction', 'InvocationTimeLimitSeconds', SECONDS, (seconds, { InvocationType }) => {
    const limit = InvocationType === 'ASYNCHRONOUS' ? TIME_LIMIT.ASYNCHRONOUS : TIME_LIMIT.SYNCHRONOUS;
    // Another rule above reports an empty one.
    return seconds !== '' && (!/^\d+$/.test(String(seconds)) || Number(seconds) < 1 || Number(seconds) > limit);
  }),
  parameter('InvokeLambdaFunction', 'ResponseValidation', 'STRING_MAP or JSON', validation =>
    ['STRING_MAP', 'JSON'].includes(Object(validation).ResponseType) ? [] : ['.ResponseType'],
  ), // A: JSON_OBJECT was refused.
  parameter('UpdateFlowAttributes', 'FlowAttributes', 'an object with a Value', attributes =>
    Object.entries(Object(attributes)).flatMap(([name, value]) =>
      Object(value).Value === undefined ? `.${name}` : [],
    ),
  ), // P and F 24: flat values are refused.
  parameter('UntagContact', 'TagKeys', 'at least one key', keys => Array.isArray(keys) && keys.length === 0), // F 28
  // F 27
  parameter('TagContact', 'Tags', `at most ${MAX_TAGS} tags`, tags => Object.keys(Object(tags)).length > MAX_TAGS),
  rule('Parameters', 'at least one field to set', ({ Type, Parameters: { TargetContact, ...fields } }) => {
    return Type === 'UpdateContactData' && Object.keys(fields).length === 0;
  }), // P
  parameter('MessageParticipantIteratively', 'Messages', MESSAGES, messages => {
    const isOne = (message: unknown) => countGiven('Text SSML PromptId Media', Object(message)) === 1;
    return !Array.isArray(messages) || messages.length === 0 || !messages.every(isOne);
  }), // F 32
  rule('Parameters.ComparisonValue', 'a reference with a leaf, such as $.External.reason', ({ Type, Parameters }) => {
    const value = String(Parameters['ComparisonValue']);
    return Type === 'Compare' && (!REFERENCE.test(value) || NAMESPACE.test(value));
  }), // P, A
  rule('Transitions.Conditions ', 'one of the nine operators', ({ conditions }) =>
    conditions.map(({ Operator }) => Operator).filter(operator => !OPERATOR.test(operator)),
  ), // P
  rule('Transitions.Conditions ', 'one operand', ({ conditions }) =>
    conditions.flatMap(({ Operands }) => (Operands.length === 1 ? [] : `[${Operands}]`)),
  ), // P
  rule('Transitions.Conditions ', 'this condition', ({ type, operands }) =>
    words(type?.needs).filter(operand => !operands.includes(operand)),
  ), // P, F 2, F 21, A
  rule('Transitions.Conditions', 'a condition', ({ Type, conditions }) => {
    return ['CheckMetricData', 'Compare'].includes(Type) && conditions.length === 0;
  }), // A, F 37: "Action is missing required property. Path: Transitions.Conditions".
  rule('Transitions.Conditions ', 'no such condition', ({ type, conditions }) => {
    if (type?.parameters === undefined) return [];
    // Another rule above reports the others.
    const wellFormed = conditions.filter(({ Operator, Operands: [operand, more] }) => {
      return OPERATOR.test(Operator) && operand && more === undefined;
    });
    return wellFormed.map(each => `${each.Operator} ${each.Operands}`).filter(each => !type.takes?.test(each));
  }), // F 2, F 12, F 23, F 25 and the reference: "No conditions are supported".
  rule('Transitions.Errors ', 'this error', ({ type, errors }) =>
    words(type?.errors).filter(error => /^\w+$/.test(error) && !errors.includes(error)),
  ), // P, F 27, F 34, F 37, A: "Action is missing required error".
  rule('Transitions.Errors ', 'no such error', ({ type, errors }) => {
    const listed = words(type?.errors);
    if (type?.parameters === undefined) return errors.filter(error => listed.includes(`!${error}`));
    return errors.filter(error => !listed.includes(error) && !listed.includes(`${error}?`));
  }), // F 37, A: "Invalid Action error".
  // F 38, A: "Action does not support transitions".
  rule('Transitions to ', 'no transition where the flow ends', ({ type, targets }) => (type?.ends ? targets : [])),
  rule('Transitions.NextAction', 'this transition', ({ type, Transitions }) => {
    return !type?.ends && !type?.mayStay && Transitions.NextAction === undefined;
  }), // F 38
  rule('Transitions to ', 'an action of the flow', ({ targets }, { actions }) =>
    targets.filter(target => target !== '' && !actions.has(target)),
  ),
  rule('Parameters.Result', 'a branch that the contract declares', ({ Parameters: { Result } }, { own }) => {
    return own !== undefined && Result !== undefined && !own.results.includes(String(Result));
  }), // P, "What the service validates"
  rule('Transitions.Conditions ', 'a branch that the module declares', (parts, checked) => {
    const results = invokedBy(parts, checked)?.contract?.results;
    return results && parts.operands.filter(each => !results.includes(each));
  }), // P
  rule('Parameters.', 'what the contract declares, in its type (a reference is a string)', (parts, checked) => {
    const { ResultData, Input } = parts.Parameters;
    const own = parts.Type === 'EndFlowModuleExecution' ? checked.own : undefined;
    const invoked = invokedBy(parts, checked)?.contract;
    return [...undeclared('ResultData', ResultData, own?.resultData), ...undeclared('Input', Input, invoked?.input)];
  }), // P
];

/** What the service accepts of an action, but may not be meant. */
export const ACTION_WARNINGS: Rule<Parts>[] = [
  rule('', 'an empty text in the data of a view, which the service may refuse', ({ Parameters }) =>
    emptyIn({ Parameters }).filter(path => DEEP_IN_VIEW.test(path)),
  ),
  rule('Transitions.Conditions ', UNTAKEN, (parts, checked) => {
    const { contract, returns } = invokedBy(parts, checked) ?? {};
    const canReturn = (branch: string) => {
      const input = contract?.onlyWith.get(branch);
      return input === undefined || Object.hasOwn(Object(parts.Parameters['Input']), input);
    };
    return (contract?.results ?? returns)?.filter(each => !parts.operands.includes(each) && canReturn(each));
  }),
];

const words = (list = '') => list.split(' ').filter(Boolean);
const emptyIn = (value: unknown) => leaves(value, leaf => leaf === '');

/** The paths of the leaves that a test is true for. */
function leaves(value: unknown, test: (leaf: unknown) => boolean, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return test(value) ? [path.slice(1)] : [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, test, `${path}.${key}`));
}

/** How many parameters of a list are given. */
function countGiven(list: string, parameters: object): number {
  return list.split(' ').filter(name => name in parameters).length;
}

const isText = (leaf: unknown) => typeof leaf === 'string';
const isTextOrNumber = (leaf: unknown) => isText(leaf) || typeof leaf === 'number';
/** Another rule reports an empty one. */
const isNumber = (leaf: unknown) =>
  isTextOrNumber(leaf) && (/^(\$|$)/.test(String(leaf)) || !Number.isNaN(Number(leaf)));

/** The paths in parameters of these kinds at which something else stands. */
function misfitting(known: Parts['known'], kinds: string[], fits: (leaf: unknown) => boolean): string[] {
  return known.flatMap(({ name, kind, isRefused, value }) => {
    if (value === undefined || isRefused || !kinds.includes(kind.includes('|') ? 'text' : kind)) return [];
    if (!kind.endsWith('s')) return fits(value) ? [] : name;
    return leaves(value, leaf => !fits(leaf), `.${name}`);
  });
}

/** The values that are not of their declared types; none if nothing is known of the types. */
function undeclared(name: string, values: unknown = {}, types?: Record<string, string>): string[] {
  if (!types) return [];
  if (typeof values !== 'object' || values === null) return [name];
  return Object.entries(values).flatMap(([key, value]) => {
    const type = Object.hasOwn(types, key) ? types[key]?.replace('integer', 'number') : undefined;
    return type === (Array.isArray(value) ? 'array' : typeof value) ? [] : `${name}.${key}`;
  });
}
