/** An object from outside: nothing is known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value from outside is an object, and not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, otherwise an empty one. */
export function objectOrEmpty(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The field's value if it is a string; never an inherited member such as `constructor`. */
export function text(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

/** {@link text} without the white space around it; `undefined` if nothing is left. */
export function trimmedText(object: JsonObject, name: string): string | undefined {
  return text(object, name)?.trim() || undefined;
}

const CONTACT_ID_MAX_LENGTH = 256; // API reference, `ContactId`

/** An id as it is shown: it may be any text, and an answer must not fail because of its length or a lone surrogate. */
export function shownId(id: string): string {
  return id.slice(0, CONTACT_ID_MAX_LENGTH).toWellFormed();
}

/** Blank, control characters, and segments of dots, which the SDK sends as they are: they name another path. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const NO_PATH_ID = /^(\s*|\.\.?)$|[\u0000-\u001f\u007f-\u009f]/;

/** Whether a value can stand for an id in a request's path. On a lone surrogate, the SDK would throw. */
export function isPathId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= CONTACT_ID_MAX_LENGTH && !NO_PATH_ID.test(id) && id.isWellFormed();
}

/** Whether a text has the form of a contact's id: stricter than {@link isPathId}, for ids from outside AWS. */
export function isContactId(id: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(id) && id.length <= CONTACT_ID_MAX_LENGTH;
}

/** Whether two trimmed ids name one contact: they are UUIDs, in which letter case has no meaning. */
export function isSameContact(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
