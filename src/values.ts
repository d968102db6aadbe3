/** An object from outside: nothing is known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value from outside is an object, and not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is an object, else an empty one. */
export function objectOrEmpty(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The field's value if it is a string; never an inherited member such as `constructor`. */
export function text(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

/** The text of a field without the white space around it; `undefined` where nothing else is there. */
export function trimmedText(object: JsonObject, name: string): string | undefined {
  return text(object, name)?.trim() || undefined;
}

/** Characters (API reference). */
const CONTACT_ID_MAX_LENGTH = 256;

/** An id as it is shown: it may be any text from outside, and neither its length nor a lone surrogate may spoil an answer. */
export function shownId(id: string): string {
  return id.slice(0, CONTACT_ID_MAX_LENGTH).toWellFormed();
}

/**
 * Whether a text can stand for an id in a request's path. The SDK sends a segment of dots as it is, which names another
 * path, and throws on a lone surrogate.
 */
export function isPathId(id: unknown): id is string {
  return (
    typeof id === 'string' &&
    id.trim() !== '' &&
    id.length <= CONTACT_ID_MAX_LENGTH &&
    id !== '.' &&
    id !== '..' &&
    id.isWellFormed() &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    !/[\u0000-\u001f\u007f-\u009f]/.test(id)
  );
}

/** Whether it has the form of a contact's id: stricter than {@link isPathId}, for ids that come from outside AWS. */
export function isContactId(id: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(id) && id.length <= CONTACT_ID_MAX_LENGTH;
}

/**
 * Whether two ids name one contact: ids are UUIDs, in which letter case has no meaning. White space around them is gone
 * since they were read: event.ts, aws/answers.ts.
 */
export function isSameContact(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
