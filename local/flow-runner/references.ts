/** What references point at: `$.Attributes.a`, `$.External.b`, `$.Modules.Input.c`, … */
export type Namespaces = Readonly<Record<string, unknown>>;

/**
 * Resolves a parameter, with all that is inside it: a text that is a reference as a whole stands for the value there, and
 * for an empty text where there is none; any other stands for itself.
 *
 * @param asText references that stand for themselves where there is no value
 * @example resolve('$.External.reason', { External: { reason: 'THROTTLED' } }) // 'THROTTLED'
 */
export function resolve<T>(parameter: T, namespaces: Namespaces, asText?: RegExp): T {
  return JSON.parse(JSON.stringify(parameter), (_, value) => {
    if (typeof value !== 'string' || !/^\$(\.[\w-]+)+$/.test(value)) return value;
    return valueAt(value, namespaces) || (asText?.test(value) ? value : '');
  });
}

/** A message to the participant: every reference in it is resolved. */
export function interpolate(text: string, namespaces: Namespaces): string {
  return text.replace(/\$(\.[\w-]+)+/g, reference => valueAt(reference, namespaces));
}

function valueAt(reference: string, namespaces: Namespaces): string {
  let value: unknown = namespaces;
  for (const key of reference.split('.').slice(1)) {
    value = Object.hasOwn(Object(value), key) ? (value as Namespaces)[key] : undefined;
  }
  return typeof value === 'object' ? '' : String(value ?? '');
}
