/** The values of references: `$.Attributes.a`, `$.External.b`, `$.Modules.Input.c`, … */
export type Namespaces = Readonly<Record<string, unknown>>;

/**
 * Resolves a parameter and everything inside it. A text that is exactly one reference becomes its value, or an empty text if
 * there is none, unless it is one of those that stay `asText`; any other text stays.
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
