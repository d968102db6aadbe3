import { describe, expect, test } from '@jest/globals';
import { isContact } from '../src/amazon-connect/contact.ts';

const ENDED = new Date(0);

describe('what DescribeContact answered', () => {
  test.each([
    [{ Id: 'c' }],
    [{ Id: 'c', Channel: 'CHAT', InitialContactId: null, DisconnectTimestamp: ENDED, Attributes: {} }],
    [{ Id: 'c', CustomerId: 'ann', CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' } }],
    [{ Id: 'c', CustomerEndpoint: {}, SomethingNew: 5 }],
  ])('is a contact: %j', contact => {
    expect(isContact(contact)).toBe(true);
  });

  test.each([
    [undefined],
    [null],
    ['contact'],
    [5],
    [[]],
    [{}],
    [{ Id: 5 }],
    [{ Id: 'c', Channel: {} }],
    [{ Id: 'c', InitialContactId: [] }],
    [{ Id: 'c', RelatedContactId: 5 }],
    [{ Id: 'c', CustomerId: 5 }],
    [{ Id: 'c', CustomerEndpoint: 'phone' }],
    [{ Id: 'c', CustomerEndpoint: { Type: 5, Address: 6 } }],
    [{ Id: 'c', Attributes: ['a'] }],
    [{ Id: 'c', DisconnectTimestamp: 'yesterday' }],
    [{ Id: 'c', DisconnectTimestamp: new Date(Number.NaN) }],
  ])('makes no sense: %p', contact => {
    expect(isContact(contact)).toBe(false);
  });
});
