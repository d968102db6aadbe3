import { createCipheriv } from 'node:crypto';

/** The next so many bytes. */
export type Bytes = (length: number) => Buffer;

/** The same random bytes for each seed. */
export function randomBytes(seed: number): Bytes {
  const key = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  const zeros = Buffer.alloc(65_536);
  let [block, at] = [Buffer.alloc(0), 0];
  return length => {
    if (at + length > block.length) [block, at] = [key.update(zeros), 0];
    at += length;
    return block.subarray(at - length, at);
  };
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NANOID = 'useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const letters = (alphabet: string, length: number) => (bytes: Bytes) =>
  Array.from(bytes(length), byte => alphabet[byte % alphabet.length]).join('');
const encoded = (encoding: BufferEncoding, length: number) => (bytes: Bytes) => bytes(length).toString(encoding);
const uuid = (bytes: Bytes) => encoded('hex', 16)(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const number = (bytes: Bytes) => String(bytes(4).readUInt32LE() + 1);

interface Maker {
  name: string;
  make: (bytes: Bytes) => string;
}

/** The usual kinds of ids, by themselves. */
export const MAKERS: Maker[] = [
  { name: 'UUID', make: uuid },
  { name: 'UUID in capitals', make: bytes => uuid(bytes).toUpperCase() },
  { name: 'hex, or a UUID without dashes', make: encoded('hex', 16) },
  { name: 'short hex', make: encoded('hex', 5) },
  { name: 'ULID', make: letters(CROCKFORD, 26) },
  { name: 'number', make: number },
  { name: 'letters and digits', make: letters(ALPHANUMERIC, 14) },
  ...[10, 11, 12, 21].map(length => ({ name: `nanoid(${length})`, make: letters(NANOID, length) })),
  ...[9, 10, 11, 12, 16].flatMap(length => [
    { name: `base64url of ${length} bytes`, make: encoded('base64url', length) },
    { name: `base64 of ${length} bytes`, make: encoded('base64', length) },
  ]),
];

/** What often stands before such an id. */
export const PREFIXES = ['', 'cus_', 'user-', 'auth0|', 'google-oauth2|', 'tenant/', 'acme:customer:'];
