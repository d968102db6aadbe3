/** An object from outside: nothing is known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value from outside is an object, and not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a field; anything else, `constructor` of every object included, is `undefined`. */
export function text(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}
