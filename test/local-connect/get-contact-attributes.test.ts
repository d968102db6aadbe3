import { describe, expect, test } from '@jest/globals';
import { C2, CUSTOMER_ID } from '../../local/connect/index.ts';
import { changed, getAttributes, NOT_FOUND, start, succeeded } from './support.ts';

describe('GetContactAttributes', () => {
  test('answers the attributes of exactly the contact in its path', async () => {
    const connect = await start();
    expect(await getAttributes(connect, C2)).toEqual(
      succeeded({ Attributes: { customerId: CUSTOMER_ID, topic: 'refund' } }),
    );
  });

  test('answers an empty object for a contact without attributes', async () => {
    const connect = await start({ contacts: changed(C2, { Attributes: undefined }) });
    expect(await getAttributes(connect, C2)).toEqual(succeeded({ Attributes: {} }));
  });

  test('answers 404 for a contact that does not exist', async () => {
    expect(await getAttributes(await start(), 'no-such-contact')).toEqual(NOT_FOUND);
  });
});
