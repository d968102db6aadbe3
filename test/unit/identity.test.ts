import { createCipheriv } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { NO_IDENTITY_FORMS, readIdentity } from '../../src/identity.ts';

test.each(NO_IDENTITY_FORMS)('$name is $is', ({ name, is, examples }) => {
  const nameOfForm = (text: string) => NO_IDENTITY_FORMS.find(({ pattern }) => pattern.test(text))?.name;
  const readings = (text: string) => [text, `\u200e ${text}\n`].map(readIdentity);
  const found = examples.map(text => ({ text, form: nameOfForm(text), is: readings(text) }));
  expect(found).toEqual(examples.map(text => ({ text, form: name, is: [is, is] })));
});

test('what nobody sees is no identity', () => {
  const unseen = ['', '  ', '\u0000', '\u200b', '\ufeff', '\u00ad', '\u2800', '\u3164', '\ud800', '\u202e \u2066'];
  expect([undefined, ...unseen].filter(text => readIdentity(text) !== 'NONE')).toEqual([]);
});

test('an identity has no white space at its ends, and is otherwise as it was written', () => {
  const found = ['Ann', ' Ann', 'Ann\u00a0\n', 'ann', 'A nn', 'An.n', 'A\u200bnn'].map(readIdentity);
  const ids = ['Ann', 'Ann', 'Ann', 'ann', 'A nn', 'An.n', 'A\u200bnn'].map(id => ({ id }));
  expect(found).toEqual(ids);
});

test.each([
  { what: 'a name', ids: ['Nullmann', 'nobody', 'anna-nilsson', 'nan-li', 'jean.nonet', '👤', 'undefined5', 'annan'] },
  { what: 'the name of a company', ids: ['Acme Inc.', 'Guest House 7', 'Yahoo!', 'testa', 'default-7'] },
  { what: 'an address', ids: ['null5@example.com', 'c.null@example.com', 'nil@example.com', 'guest@example.com'] },
  { what: 'a number', ids: ['00', 'user-0', 'customer-10', '$.5', '+12025550143', 'US.1349'] },
  { what: 'what begins like a reference', ids: [`\${ann`, '{{ann', '{4f90d13a-42ab-4000-8000-000000000000}'] },
  { what: 'a random id with a sign at its end', ids: ['V1StGXR8_Z5jdHi6B-', '4f90d13a42_', 'qvaebtjonu_'] },
  // Of "user:1", of 12345, of 16 random bytes: some have no digit.
  { what: 'base64', ids: ['dXNlcjox', 'MTIzNDU=', 'QW5uYSBOaWxzc29uMQ==', 'VXNlcjoxMjM=', 'kJtQzVbWnGhXyRfLcPdMsA=='] },
])('an identity may be $what', ({ ids }) => {
  expect(ids.map(readIdentity)).toEqual(ids.map(id => ({ id })));
});

/** The next so many bytes, the same in every run. */
type Bytes = (length: number) => Buffer;
function randomBytes(): Bytes {
  const key = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  return length => key.update(Buffer.alloc(length));
}

const NANOID = 'useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const letters = (alphabet: string, length: number) => (bytes: Bytes) =>
  Array.from(bytes(length), byte => alphabet[byte % alphabet.length]).join('');
const encoded = (encoding: BufferEncoding, length: number) => (bytes: Bytes) => bytes(length).toString(encoding);
const uuid = (bytes: Bytes) => encoded('hex', 16)(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
/** What often stands before a random id. */
const PREFIXES = ['', 'cus_', 'user-', 'auth0|', 'google-oauth2|', 'tenant/', 'acme:customer:'];

// Of a million of each kind and prefix, at most ten are doubtful: so of these, hardly any.
test.each<{ name: string; make: (bytes: Bytes) => string }>([
  { name: 'UUID', make: uuid },
  { name: 'UUID in capitals', make: bytes => uuid(bytes).toUpperCase() },
  { name: 'hex, or a UUID without dashes', make: encoded('hex', 16) },
  { name: 'short hex', make: encoded('hex', 5) },
  { name: 'ULID', make: letters('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 26) },
  { name: 'number', make: bytes => String(bytes(4).readUInt32LE() + 1) },
  { name: 'letters and digits', make: letters(ALPHANUMERIC, 14) },
  ...[10, 11, 12, 21].map(length => ({ name: `nanoid(${length})`, make: letters(NANOID, length) })),
  ...[9, 10, 11, 12, 16].flatMap(length => [
    { name: `base64url of ${length} bytes`, make: encoded('base64url', length) },
    { name: `base64 of ${length} bytes`, make: encoded('base64', length) },
  ]),
])('random ids are identities, by themselves or after a prefix: $name', ({ make }) => {
  const bytes = randomBytes();
  const ids = Array.from({ length: 20_000 }, (_, index) => `${PREFIXES[index % PREFIXES.length]}${make(bytes)}`);
  const others = ids.filter(id => typeof readIdentity(id) === 'string');
  expect(others.filter(id => readIdentity(id) === 'NONE')).toEqual([]);
  expect(others.length).toBeLessThanOrEqual(2);
});

test.each(['${', '{{', '#{', '-', 'a-', '-nil', '<', 'abc_', 'user-', '='])('32 KB of %j are read at once', part => {
  const startedAt = performance.now();
  readIdentity(`${part.repeat(32_000 / part.length)}1`);
  expect(performance.now() - startedAt).toBeLessThan(200);
});
