/** What a reference may point at. `External` is what the last function of this flow returned. */
export interface Namespaces {
  Attributes: Readonly<Record<string, string>>;
  External: Readonly<Record<string, string>>;
}

/**
 * Resolves a parameter, with all that is inside it: a text that is a reference as a whole stands for the attribute's
 * value, and for an empty text where there is none; any other stands for itself.
 *
 * @example resolve('$.External.reason', { Attributes: {}, External: { reason: 'THROTTLED' } }) // 'THROTTLED'
 */
export function resolve<T>(parameter: T, namespaces: Namespaces): T {
  if (Array.isArray(parameter)) return parameter.map(item => resolve(item, namespaces)) as T;
  if (typeof parameter === 'object' && parameter !== null) {
    const entries = Object.entries(parameter);
    return Object.fromEntries(entries.map(([name, value]) => [name, resolve(value, namespaces)])) as T;
  }
  return (
    typeof parameter === 'string' && parameter.startsWith('$.') ? valueAt(parameter, namespaces) : parameter
  ) as T;
}

function valueAt(reference: string, namespaces: Namespaces): string {
  const [, namespace = '', name = ''] = /^\$\.(Attributes|External)\.([\w-]+)$/.exec(reference) ?? [];
  const values = namespaces[namespace as keyof Namespaces] as Namespaces['External'] | undefined;
  return values && Object.hasOwn(values, name) ? (values[name] ?? '') : '';
}
