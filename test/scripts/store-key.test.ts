import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
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

const SCRIPT = fileURLToPath(new URL('../../scripts/store-key.ts', import.meta.url));

async function storeKey(input: string, ...args: string[]) {
  const child = spawn(process.execPath, [SCRIPT, ...args]);
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, exitCode };
}

const INSTANCE = ['--instance', INSTANCE_ID];

describe('store:key prints the key of the item that the function writes', () => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await startStoreWorld();
  });
  afterEach(() => reset(world));
  afterAll(() => world.close());

  const endpoint = (Type: string, Address: string, subtype: string): Partial<Contact> => ({
    CustomerId: undefined,
    CustomerEndpoint: { Type, Address },
    SegmentAttributes: { 'connect:Subtype': { ValueString: subtype } },
  });

  test.each([
    ['of a web chat', 'Ann, 42', { CustomerId: ' Ann, 42 ' }, [], {}],
    [
      'of an SMS',
      '+12025550143',
      endpoint('TELEPHONE_NUMBER', '+12025550143', 'connect:SMS'),
      ['--kind', 'ENDPOINT'],
      {},
    ],
    [
      'of a WhatsApp message',
      '+12025550143',
      endpoint('TELEPHONE_NUMBER', '+12025550143', 'connect:WhatsApp'),
      ['--kind', 'ENDPOINT', '--subtype', 'connect:WhatsApp'],
      {},
    ],
    [
      'of another type of endpoint',
      'ann@example.com',
      endpoint('CONTACT_FLOW', 'ann@example.com', 'connect:SMS'),
      ['--kind', 'ENDPOINT', '--endpoint-type', 'CONTACT_FLOW'],
      {},
    ],
    [
      'by an attribute',
      'Änn 😀',
      { Attributes: { crm: 'Änn 😀' } },
      ['--kind', 'ATTRIBUTE', '--attribute', 'crm'],
      { CUSTOMER_IDENTITY: 'ATTRIBUTE', CUSTOMER_ID_ATTRIBUTE: 'crm' },
    ],
  ])('%s', async (_, customer, fields, options, environment) => {
    const block = await startStoreBlock(world.connect, world.table, environment);
    await block.invoke(eventOf(newChat(world, '', fields)));
    const [written] = world.table.requests.map(({ Key }) => Key['customer']?.S);
    expect(written).toEqual(expect.any(String));
    const { stdout, exitCode } = await storeKey(`${customer}\n${SECRET}\n`, ...INSTANCE, ...options);
    expect({ stdout, exitCode }).toEqual({ stdout: `${written}\n`, exitCode: 0 });
    // From Windows, and without the last line's end.
    expect((await storeKey(`${customer}\r\n${SECRET}`, ...INSTANCE, ...options)).stdout).toBe(stdout);
  });
});

describe('store:key takes neither customer nor secret as an argument', () => {
  test.each([[['ann']], [['--customer', 'ann']], [['--key', SECRET]]])('%j', async args => {
    const { stdout, stderr, exitCode } = await storeKey(`ann\n${SECRET}\n`, ...INSTANCE, ...args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('Usage: npm run --silent store:key');
  });

  test('and its help names none', async () => {
    const { stdout, exitCode } = await storeKey('', '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Reads two lines from standard input');
    expect(stdout).not.toMatch(/--(customer|key|secret)/);
  });
});

describe('store:key says what is wrong, with exit code 1, and repeats neither line:', () => {
  test.each([
    ['no input', '', INSTANCE, 'The first line is no customer.'],
    ['a blank customer', ` \n${SECRET}\n`, INSTANCE, 'The first line is no customer.'],
    ['no customer but a word for none', `null\n${SECRET}\n`, INSTANCE, 'The first line is no customer.'],
    ['no secret', 'ann-of-the-test\n', INSTANCE, 'The second line has fewer than 32 characters.'],
    [
      'a short secret',
      `ann-of-the-test\n${SECRET.slice(0, 31)}\n`,
      INSTANCE,
      'The second line has fewer than 32 characters.',
    ],
    ['no instance', `ann-of-the-test\n${SECRET}\n`, [], '--instance is missing.'],
    [
      'an unknown kind',
      `ann-of-the-test\n${SECRET}\n`,
      [...INSTANCE, '--kind', 'AUTO'],
      '--kind is one of CUSTOMER_ID,',
    ],
  ])('%s', async (_, input, args, says) => {
    const { stdout, stderr, exitCode } = await storeKey(input, ...args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('ann-of-the-test');
    expect(stderr).not.toContain(SECRET.slice(0, 31));
  });
});
