/** An object from outside: nothing is known of its values. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value from outside is an object, and not a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a field; anything else, `constructor` of every object included, is `undefined`. */
export function text(object: Fields, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

/** As {@link text}, but empty and blank count as absent. */
export function textUnlessBlank(object: Fields, name: string): string | undefined {
  return unlessBlank(text(object, name));
}

/** A text that says something; empty and blank count as absent. */
export function unlessBlank(value: string | undefined): string | undefined {
  return value?.trim() ? value : undefined;
}
