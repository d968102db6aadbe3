import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Contact, INSTANCE_ID } from '../../local/connect/index.ts';
import {
  eventOf,
  newChat,
  reset,
  SECRET,
  type StoreWorld,
  startStoreBlock,
  startStoreWorld,
} from '../support/session-store.ts';
import { run } from './run.ts';

const INSTANCE = ['--instance', INSTANCE_ID];
const storeKey = (input: string, ...words: string[]) =>
  run(process.execPath, ['scripts/store-key.ts', ...words], { input });

describe('store:key prints the key of the item that the function writes', () => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await startStoreWorld();
  });
  afterEach(() => reset(world));
  afterAll(() => world.close());

  const endpoint = (Address: string, Type: string, subtype: string): Partial<Contact> => ({
    CustomerId: undefined,
    CustomerEndpoint: { Type, Address },
    SegmentAttributes: { 'connect:Subtype': { ValueString: subtype } },
  });
  const PHONE = '+12025550143';
  const MAIL = 'ann@example.com';
  const BY_ATTRIBUTE = { CUSTOMER_IDENTITY: 'ATTRIBUTE', CUSTOMER_ID_ATTRIBUTE: 'crm' };

  test.each([
    ['of a web chat', 'Ann, 42', { CustomerId: ' Ann, 42 ' }, '', {}],
    ['of an SMS', PHONE, endpoint(PHONE, 'TELEPHONE_NUMBER', 'connect:SMS'), '--kind ENDPOINT', {}],
    [
      'of a WhatsApp message',
      PHONE,
      endpoint(PHONE, 'TELEPHONE_NUMBER', 'connect:WhatsApp'),
      '--kind ENDPOINT --subtype connect:WhatsApp',
      {},
    ],
    [
      'of another type of endpoint',
      MAIL,
      endpoint(MAIL, 'CONTACT_FLOW', 'connect:SMS'),
      '--kind ENDPOINT --endpoint-type CONTACT_FLOW',
      {},
    ],
    ['by an attribute', 'Änn 😀', { Attributes: { crm: 'Änn 😀' } }, '--kind ATTRIBUTE --attribute crm', BY_ATTRIBUTE],
  ])('%s', async (_, customer, fields, words, environment) => {
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

test('store:key has no option for customer or secret', async () => {
  const { stdout } = await storeKey('', '--help');
  expect(stdout).toContain('Reads two lines from standard input');
  expect(stdout).not.toMatch(/--(customer|key|secret)/);
});

const NO_CUSTOMER = 'The first line is no customer.';
const NO_SECRET = 'The second line has fewer than 32 characters.';

describe('store:key says what is wrong, with exit code 1, and repeats neither line:', () => {
  test.each([
    ['no input', '', INSTANCE, NO_CUSTOMER],
    ['a blank customer', ` \n${SECRET}\n`, INSTANCE, NO_CUSTOMER],
    ['no customer but a word for none', `null\n${SECRET}\n`, INSTANCE, NO_CUSTOMER],
    ['no secret', 'ann-of-the-test\n', INSTANCE, NO_SECRET],
    ['a short secret', `ann-of-the-test\n${SECRET.slice(0, 31)}\n`, INSTANCE, NO_SECRET],
    ['no instance', `ann-of-the-test\n${SECRET}\n`, [], '--instance is missing.'],
    [
      'an unknown kind',
      `ann-of-the-test\n${SECRET}\n`,
      [...INSTANCE, '--kind', 'AUTO'],
      '--kind is one of CUSTOMER_ID,',
    ],
    ['a customer as an argument', `ann-of-the-test\n${SECRET}\n`, [...INSTANCE, 'ann'], 'Unexpected argument'],
  ])('%s', async (_, input, words, says) => {
    const { code, stdout, stderr } = await storeKey(input, ...words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('ann-of-the-test');
    expect(stderr).not.toContain(SECRET.slice(0, 31));
  });
});
