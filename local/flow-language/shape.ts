/** Where an action leads. One that ends the flow has none of these. */
export interface Transitions {
  NextAction?: string;
  Errors?: readonly { NextAction: string; ErrorType: string }[];
  Conditions?: readonly { NextAction: string; Condition: { Operator: string; Operands: readonly unknown[] } }[];
}

/** One action of a flow, as the flow language spells it. Parameters may be references to attributes. */
export interface Action {
  Identifier: string;
  Type: string;
  Parameters: Readonly<Record<string, unknown>>;
  Transitions: Transitions;
}

/** A flow or a flow module, once it has that shape. */
export interface Content {
  Version: string;
  StartAction: string;
  Actions: readonly Action[];
  Settings?: object;
}

/** A module's contract with the flows that invoke it: the types of its fields, and its branches. */
export interface Contract {
  input: Record<string, string>;
  resultData: Record<string, string>;
  results: string[];
  /** The input that an invocation has to pass for the module to return with this branch. */
  onlyWith: ReadonlyMap<string, string>;
}

/** A text, a text or number, a list of one shape (or of any), or an object with these fields; `?`: it may be missing. */
type Shape = 'text' | 'number' | readonly Shape[] | { readonly [field: string]: Shape };

/** The shape that a flow or module must have before anything else can be checked. */
export const CONTENT: Shape = {
  Version: 'text',
  StartAction: 'text',
  Actions: [
    {
      Identifier: 'text',
      Type: 'text',
      'Parameters?': {},
      'Transitions?': {
        'NextAction?': 'text',
        'Errors?': [{ NextAction: 'text', ErrorType: 'text' }],
        'Conditions?': [{ NextAction: 'text', Condition: { Operator: 'text', Operands: ['number'] } }],
      },
    },
  ],
  'Settings?': {},
};
/** The fields at the top of a module. */
export const MODULE: Shape = { Settings: { InputParameters: [], OutputParameters: [], Transitions: [] } };
/** A module's contract, the property `Settings` of the resource. */
export const CONTRACT: Shape = {
  'input?': { schema: { properties: {} } },
  'resultData?': { schema: { properties: {} } },
  'transitions?': { results: [{ name: 'text' }] },
};

/** The paths at which a value does not have a shape. */
export function misfits(value: unknown, shape: Shape, path = ''): string[] {
  if (shape === 'text' || shape === 'number') return ['string', shape].includes(typeof value) ? [] : [path];
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(shape)) return [path];
  const at = (field: string) => (path ? `${path}.${field}` : field);
  if (Array.isArray(shape)) {
    const [each = {}] = shape;
    return shape.length ? Object.entries(value).flatMap(([index, item]) => misfits(item, each, at(index))) : [];
  }
  return Object.entries(shape).flatMap(([key, inner]) => {
    const [field = ''] = key.split('?');
    const found = (value as Record<string, unknown>)[field];
    return found === undefined && key !== field ? [] : misfits(found, inner, at(field));
  });
}
