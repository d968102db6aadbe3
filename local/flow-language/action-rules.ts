import type { ActionType, Parameter } from './action-types.ts';
import { invokedBy, leaves, type Parts, type Rule } from './rule.ts';

const IDENTIFIER =
  /^(?!(__proto__|constructor|__define[GS]etter__|toString|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|valueOf)$)[^%:(\\/)=$,;[\]{}]{1,50}$/;
const OPERATOR =
  /^(Equals|KeyExists|Text(StartsWith|EndsWith|Contains)|Number(GreaterThan|GreaterOrEqualTo|LessThan|LessOrEqualTo))$/;
const REFERENCE = /^\$(\.[^\s.[\]]+|\[[^\]]+\])+$/;
/** Namespaces that have leaves but are none themselves; `$.Channel` is a leaf. */
const NAMESPACE =
  /^\$\.(Agent|Attributes|Customer|CustomerEndpoint|External|FlowAttributes|Lex|Media|Metrics|Modules(\.Input|\.ResultData)?|Queue|SegmentAttributes|SystemEndpoint|Views)$/;
/** An empty text inside a value of `ViewData`: P saw one refused that was the value itself; public exports have the others. */
const DEEP_IN_VIEW = /^ViewData\.[^.]+\./;
/** Seconds that a Lambda block may wait (R; F 4; the admin guide has the asynchronous mode). */
const TIME_LIMIT = { SYNCHRONOUS: 8, ASYNCHRONOUS: 60 };
const MAX_TAGS = 6;

/** What the service wants of each action. P, F, A and R: the records of action-types.ts. */
export const ACTION_RULES: Rule<Parts>[] = [
  {
    wants: 'a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}', // R
    at: 'Identifier',
    broken: ({ action, Identifier }, { actions }) => !IDENTIFIER.test(Identifier) || actions.get(Identifier) !== action,
  },
  { wants: 'an action type of the flow language', at: 'Type ', broken: ({ Type, type }) => (type ? [] : [Type]) },
  {
    wants: 'this parameter', // F 22, F 34 and A: "Action is missing required property".
    at: 'Parameters.',
    broken: ({ known, Parameters }) =>
      named(known, ({ presence, name }) => presence === 'required' && !(name in Parameters)),
  },
  {
    wants: 'no such parameter', // P and A: "Invalid Action property name".
    at: 'Parameters.',
    broken: ({ type, known, Parameters }) =>
      Object.keys(Parameters).filter(name => {
        const parameter = known.get(name);
        return parameter ? parameter.presence === 'refused' : type?.parameters !== undefined && !isOpen(type);
      }),
  },
  {
    wants: 'one of these parameters, and no other of them', // A, F 5, F 33, F 35: "Only one of these properties may be defined".
    at: 'Parameters ',
    broken: ({ type, Parameters }) => type?.one?.filter(list => given(list, Parameters) !== 1),
  },
  {
    wants: 'at most one of these parameters', // F 3, F 18: never both.
    at: 'Parameters ',
    broken: ({ type, Parameters }) => [type?.notBoth ?? []].flat().filter(list => given(list, Parameters) > 1),
  },
  // P: every scalar is a text. A: a JSON true in an input is refused. F 21: a number of loops is taken.
  { wants: 'a text', at: 'Parameters.', broken: parts => misfitting(parts, ['text', 'texts'], isText) },
  { wants: 'a number or a reference', at: 'Parameters.', broken: parts => misfitting(parts, ['number'], isNumber) },
  { wants: 'a text or a number', at: 'Parameters.', broken: parts => misfitting(parts, ['numbers'], isTextOrNumber) },
  {
    wants: 'one of the values that the reference names',
    at: 'Parameters.',
    broken: ({ known, Parameters }) =>
      named(known, ({ name, kind }) => {
        const value = Parameters[name];
        return kind.includes('|') && value !== undefined && !kind.split('|').includes(String(value));
      }),
  },
  {
    wants: 'a text that is not empty', // P, "An empty string is never a valid parameter value"
    at: '',
    broken: ({ Parameters, Transitions }) => [
      ...emptyIn(Parameters).flatMap(path => (DEEP_IN_VIEW.test(path) ? [] : `Parameters.${path}`)),
      ...leaves({ Transitions }, leaf => leaf === ''),
    ],
  },
  {
    wants: 'an empty text in the data of a view, which the service may refuse',
    at: 'Parameters.',
    warns: true,
    broken: ({ Parameters }) => emptyIn(Parameters).filter(path => DEEP_IN_VIEW.test(path)),
  },
  {
    wants: 'a whole number of seconds, from 1 to 8, or to 60 in an asynchronous call',
    at: 'Parameters.InvocationTimeLimitSeconds',
    broken: ({ Type, Parameters: { InvocationTimeLimitSeconds: seconds, InvocationType } }) => {
      if (Type !== 'InvokeLambdaFunction' || seconds === undefined || seconds === '') return false;
      const limit = InvocationType === 'ASYNCHRONOUS' ? TIME_LIMIT.ASYNCHRONOUS : TIME_LIMIT.SYNCHRONOUS;
      return !/^\d+$/.test(String(seconds)) || Number(seconds) < 1 || Number(seconds) > limit;
    },
  },
  {
    wants: 'STRING_MAP or JSON', // A: JSON_OBJECT was refused.
    at: 'Parameters.ResponseValidation.ResponseType',
    broken: ({ Type, Parameters: { ResponseValidation } }) =>
      Type === 'InvokeLambdaFunction' &&
      ResponseValidation !== undefined &&
      !['STRING_MAP', 'JSON'].includes(Object(ResponseValidation).ResponseType),
  },
  {
    wants: 'an object with a Value', // P and F 24: flat values are refused.
    at: 'Parameters.FlowAttributes.',
    broken: ({ Type, Parameters: { FlowAttributes } }) =>
      Type === 'UpdateFlowAttributes' &&
      Object.entries(Object(FlowAttributes)).flatMap(([name, value]) =>
        Object(value).Value === undefined ? name : [],
      ),
  },
  {
    wants: 'at least one key', // F 28
    at: 'Parameters.TagKeys',
    broken: ({ Type, Parameters: { TagKeys } }) =>
      Type === 'UntagContact' && Array.isArray(TagKeys) && TagKeys.length === 0,
  },
  {
    wants: `at most ${MAX_TAGS} tags`, // F 27
    at: 'Parameters.Tags',
    broken: ({ Type, Parameters: { Tags } }) => Type === 'TagContact' && Object.keys(Object(Tags)).length > MAX_TAGS,
  },
  {
    wants: 'at least one field to set', // P
    at: 'Parameters',
    broken: ({ Type, Parameters: { TargetContact, ...fields } }) =>
      Type === 'UpdateContactData' && Object.keys(fields).length === 0,
  },
  {
    wants: 'messages, each of one Text, SSML, PromptId or Media', // F 32
    at: 'Parameters.Messages',
    broken: ({ Type, Parameters: { Messages } }) =>
      Type === 'MessageParticipantIteratively' &&
      Messages !== undefined &&
      !(
        Array.isArray(Messages) &&
        Messages.length > 0 &&
        Messages.every(each => given('Text SSML PromptId Media', Object(each)) === 1)
      ),
  },
  {
    wants: 'a reference with a leaf, such as $.External.reason', // P, A
    at: 'Parameters.ComparisonValue',
    broken: ({ Type, Parameters: { ComparisonValue: value } }) =>
      Type === 'Compare' && (!REFERENCE.test(String(value)) || NAMESPACE.test(String(value))),
  },
  {
    wants: 'one of the nine operators', // P
    at: 'Transitions.Conditions ',
    broken: ({ conditions }) => conditions.flatMap(({ Operator }) => (OPERATOR.test(Operator) ? [] : Operator)),
  },
  {
    wants: 'one operand', // P
    at: 'Transitions.Conditions ',
    broken: ({ conditions }) => conditions.flatMap(({ Operands }) => (Operands.length === 1 ? [] : `[${Operands}]`)),
  },
  {
    wants: 'this condition', // P, F 2, F 21, A
    at: 'Transitions.Conditions ',
    broken: ({ type, operands }) => words(type?.needs).filter(operand => !operands.includes(operand)),
  },
  {
    wants: 'a condition', // A, F 37: "Action is missing required property. Path: Transitions.Conditions".
    at: 'Transitions.Conditions',
    broken: ({ Type, conditions }) => ['CheckMetricData', 'Compare'].includes(Type) && conditions.length === 0,
  },
  {
    wants: 'no such condition', // F 2, F 12, F 23, F 25 and the reference: "No conditions are supported".
    at: 'Transitions.Conditions ',
    broken: ({ type, conditions }) =>
      type?.parameters !== undefined &&
      conditions
        .filter(({ Operator, Operands: [operand = '', more] }) => {
          // Another rule above reports it.
          const known = OPERATOR.test(Operator) && operand !== '' && more === undefined;
          return known && !type.takes?.test(`${Operator} ${operand}`);
        })
        .map(({ Operator, Operands }) => `${Operator} ${Operands}`),
  },
  {
    wants: 'this error', // P, F 27, F 34, F 37, A: "Action is missing required error".
    at: 'Transitions.Errors ',
    broken: ({ type, errors }) => words(type?.errors).filter(error => /^\w+$/.test(error) && !errors.includes(error)),
  },
  {
    wants: 'no such error', // F 37, A: "Invalid Action error".
    at: 'Transitions.Errors ',
    broken: ({ type, errors }) => {
      const listed = words(type?.errors);
      return errors.filter(error =>
        type?.parameters === undefined
          ? listed.includes(`!${error}`)
          : !listed.includes(error) && !listed.includes(`${error}?`),
      );
    },
  },
  {
    wants: 'no transition where the flow ends', // F 38, A: "Action does not support transitions".
    at: 'Transitions to ',
    broken: ({ type, targets }) => (type?.ends ? targets : []),
  },
  {
    wants: 'this transition', // F 38
    at: 'Transitions.NextAction',
    broken: ({ type, Transitions }) => !type?.ends && !type?.stays && Transitions.NextAction === undefined,
  },
  {
    wants: 'an action of the flow',
    at: 'Transitions to ',
    broken: ({ targets }, { actions }) => targets.filter(target => target !== '' && !actions.has(target)),
  },
  {
    wants: 'a branch that the contract declares', // P, "What the service validates"
    at: 'Parameters.Result',
    broken: ({ Parameters: { Result } }, { own }) =>
      own !== undefined && Result !== undefined && !own.results.includes(String(Result)),
  },
  {
    wants: 'a branch that the module declares', // P
    at: 'Transitions.Conditions ',
    broken: ({ action, operands }, checked) => {
      const results = invokedBy(action, checked)?.contract?.results;
      return results && operands.filter(each => !results.includes(each));
    },
  },
  {
    wants: 'the module can return with this branch, and no condition takes it',
    at: 'Transitions.Conditions ',
    warns: true,
    broken: ({ action, operands, Parameters: { Input } }, checked) => {
      const { contract, returns } = invokedBy(action, checked) ?? {};
      const canReturn = (branch: string) => {
        const input = contract?.onlyWith.get(branch);
        return input === undefined || Object.hasOwn(Object(Input), input);
      };
      return (contract?.results ?? returns)?.filter(each => !operands.includes(each) && canReturn(each));
    },
  },
  {
    wants: 'what the contract declares, in its type (a reference is a string)', // P
    at: 'Parameters.',
    broken: ({ action, Type, Parameters: { Input, ResultData } }, checked) => {
      const invoked = invokedBy(action, checked)?.contract;
      return [
        ...(Type === 'EndFlowModuleExecution' && checked.own
          ? undeclared('ResultData', ResultData, checked.own.resultData)
          : []),
        ...(invoked ? undeclared('Input', Input, invoked.input) : []),
      ];
    },
  },
];

const words = (list = '') => list.split(' ').filter(Boolean);
const isOpen = ({ parameters }: ActionType) => parameters?.endsWith('*');
const emptyIn = (value: unknown) => leaves(value, leaf => leaf === '');

/** How many parameters of a list are given. */
function given(list: string, parameters: object): number {
  return list.split(' ').filter(name => name in parameters).length;
}

function named(known: ReadonlyMap<string, Parameter>, test: (parameter: Parameter) => boolean): string[] {
  return [...known.values()].filter(test).map(({ name }) => name);
}

const isText = (leaf: unknown) => typeof leaf === 'string';
const isTextOrNumber = (leaf: unknown) => isText(leaf) || typeof leaf === 'number';
/** Another rule reports an empty one. */
const isNumber = (leaf: unknown) =>
  isTextOrNumber(leaf) && (/^(\$|$)/.test(String(leaf)) || !Number.isNaN(Number(leaf)));

/** The paths in parameters of these kinds at which something else stands. */
function misfitting({ known, Parameters }: Parts, kinds: string[], fits: (leaf: unknown) => boolean): string[] {
  return [...known.values()].flatMap(({ name, kind, presence }) => {
    const value = Parameters[name];
    if (value === undefined || presence === 'refused' || !kinds.includes(kind.includes('|') ? 'text' : kind)) return [];
    if (!kind.endsWith('s')) return fits(value) ? [] : name;
    return leaves(value, leaf => !fits(leaf), `.${name}`);
  });
}

function undeclared(name: string, values: unknown = {}, types: Record<string, string>): string[] {
  if (typeof values !== 'object' || values === null) return [name];
  const fits = ([key, value]: [string, unknown]) => {
    const type = Object.hasOwn(types, key) ? types[key]?.replace('integer', 'number') : undefined;
    return type === (Array.isArray(value) ? 'array' : typeof value);
  };
  return Object.entries(values).flatMap(entry => (fits(entry) ? [] : [`${name}.${entry[0]}`]));
}
