import { describe, expect, test } from '@jest/globals';
import { type Contact, INSTANCE_ID } from '../../local/connect/index.ts';
import { eventOf, newChat, SECRET, startStoreBlock, storeWorldForFile } from '../support/session-store.ts';
import { run } from './run.ts';

const INSTANCE = ['--instance', INSTANCE_ID];
const storeKey = (input: string, ...words: string[]) =>
  run(process.execPath, ['scripts/store-key.ts', ...words], { input });

describe('store:key prints the key of the item that the function writes', () => {
  const world = storeWorldForFile();
  const endpoint = (Address: string, Type: string, subtype: string): Partial<Contact> => ({
    CustomerId: undefined,
    CustomerEndpoint: { Type, Address },
    SegmentAttributes: { 'connect:Subtype': { ValueString: subtype } },
  });
  const PHONE = '+12025550143';
  const BY_ATTRIBUTE = { CUSTOMER_IDENTITY: 'ATTRIBUTE', CUSTOMER_ID_ATTRIBUTE: 'crm' };

  test.each<[customer: string, words: string, Partial<Contact>, environment: Record<string, string>]>([
    ['Ann, 42', '', { CustomerId: ' Ann, 42 ' }, {}],
    [PHONE, '--kind ENDPOINT', endpoint(PHONE, 'TELEPHONE_NUMBER', 'connect:sms'), {}],
    [PHONE, '--kind ENDPOINT --subtype CONNECT:whatsapp', endpoint(PHONE, 'TELEPHONE_NUMBER', 'connect:WhatsApp'), {}],
    // No phone number: it keeps its spaces.
    ['1 2', '--kind ENDPOINT --endpoint-type CONTACT_FLOW', endpoint('1 2', 'CONTACT_FLOW', 'connect:SMS'), {}],
    ['Änn 😀', '--kind ATTRIBUTE --attribute crm', { Attributes: { crm: 'Änn 😀' } }, BY_ATTRIBUTE],
  ])('%s %s', async (customer, words, fields, environment) => {
    const block = await startStoreBlock(world.connect, world.table, environment);
    await block.invoke(eventOf(newChat(world, '', fields)));
    const [written] = world.table.requests.map(({ Key }) => Key['customer']?.S);
    expect(written).toEqual(expect.any(String));
    const options = [...INSTANCE, ...words.split(' ').filter(Boolean)];
    expect(await storeKey(`${customer}\n${SECRET}\n`, ...options)).toMatchObject({ code: 0, stdout: `${written}\n` });
    // From Windows, and without the last line's end.
    expect((await storeKey(`${customer}\r\n${SECRET}`, ...options)).stdout).toBe(`${written}\n`);
  });
});

test.each([
  { customer: ' +1 (202) [555]-0143 ', to: '+49 151\u201112345678', notes: 2 },
  { customer: '+12025550143', to: '+4915112345678', notes: 0 },
])('store:key takes the phone numbers "$customer" and "$to" without what people add, and says so', async row => {
  const keyOf = (customer: string, to: string, ...words: string[]) =>
    storeKey(`${customer}\n${SECRET}\n`, ...INSTANCE, '--kind', 'ENDPOINT', '--system-endpoint', to, ...words);
  const { stdout, stderr } = await keyOf(row.customer, row.to);
  expect(stdout).toBe((await keyOf('+12025550143', '+4915112345678')).stdout);
  const note = /^Note: the phone number is taken without its spaces, dashes and brackets, .*$/gm;
  expect(stderr.match(note) ?? []).toHaveLength(row.notes);
  expect(stderr).not.toMatch(/\d{3}/);
});

const NO_CUSTOMER = 'The first line does not identify a customer.';
const NO_SECRET = 'The second line has fewer than 32 characters.';
const GOOD = `ann-of-the-test\n${SECRET}\n`;

test.each([
  ['', INSTANCE, NO_CUSTOMER],
  [`null\n${SECRET}\n`, INSTANCE, NO_CUSTOMER],
  [`ann-of-the-test\n${SECRET.slice(0, 31)}\n`, INSTANCE, NO_SECRET],
  [GOOD, [], '--instance is missing.'],
  [GOOD, ['--instance', INSTANCE_ID.toUpperCase()], '--instance is the id of the instance (lower-case letters,'],
  [GOOD, [...INSTANCE, '--kind', 'AUTO'], '--kind is one of CUSTOMER_ID,'],
  [GOOD, [...INSTANCE, '--subtype=connect:SMS'], '--subtype has no effect with --kind CUSTOMER_ID.'],
  [GOOD, [...INSTANCE, '--kind', 'ATTRIBUTE', '--attribute', ''], '--system-endpoint and --attribute are not empty.'],
  [GOOD, [...INSTANCE, 'ann'], 'Unexpected argument'],
])('store:key says what is wrong, with exit code 1, and repeats neither line: %j %j', async (input, words, says) => {
  const { code, stdout, stderr } = await storeKey(input, ...words);
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(says) });
  expect(stderr).not.toContain('ann-of-the-test');
  expect(stderr).not.toContain(SECRET.slice(0, 31));
});
