/** What a reference may point at. `External` is what the last function of this flow returned. */
export interface Namespaces {
  Attributes: Readonly<Record<string, string>>;
  External: Readonly<Record<string, string>>;
}

/**
 * Resolves a parameter: one that is a reference as a whole stands for the attribute's value, and for an empty text where
 * there is none; any other stands for itself.
 *
 * @example resolve('$.External.reason', { Attributes: {}, External: { reason: 'THROTTLED' } }) // 'THROTTLED'
 */
export function resolve(parameter: string, namespaces: Namespaces): string {
  if (!parameter.startsWith('$.')) return parameter;
  const [, namespace = '', name = ''] = /^\$\.(Attributes|External)\.([\w-]+)$/.exec(parameter) ?? [];
  const values = namespaces[namespace as keyof Namespaces] as Namespaces['External'] | undefined;
  return values && Object.hasOwn(values, name) ? (values[name] ?? '') : '';
}

/** {@link resolve} for each value. */
export function resolveAll(
  parameters: Readonly<Record<string, string>>,
  namespaces: Namespaces,
): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, resolve(value, namespaces)]));
}
