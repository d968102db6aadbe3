import type { ConnectClient } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { AmazonConnect, clientToken } from '../../src/aws/connect.ts';
import { Deadline } from '../../src/aws/deadline.ts';

type Parts = [instanceId: string, contactId: string, sourceContactId: string, rehydrationType: string];

const token = ([instanceId, contactId, sourceContactId, rehydrationType]: Parts) =>
  clientToken(instanceId, { contactId, sourceContactId, rehydrationType: rehydrationType as 'FROM_SEGMENT' });

describe('the client token', () => {
  test('is the same for the same input, in any process', () => {
    // printf '%s' '["instance","current","past \ud800","FROM_SEGMENT"]' | sha256sum
    const same = 'b3da4aaa2e92b3c1556b94bae4ec6df86cda62574df2e91948f924c5998cb4dd';
    expect(token(['instance', 'current', 'past \ud800', 'FROM_SEGMENT'])).toBe(same);
  });

  test('depends on each of its four fields alone', () => {
    const text = fc.oneof(fc.constantFrom('\ud800', '\ud801'), fc.string({ unit: 'binary' }));
    const parts = fc.tuple(text, text, text, text);
    const property = fc.property(parts, fc.nat({ max: 3 }), text, (one, field, other) => {
      fc.pre(one[field] !== other);
      expect(token(one.with(field, other) as Parts)).not.toBe(token(one));
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe('a request', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const failure = (name: string, httpStatusCode: number) => () =>
    Promise.reject(Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));
  const THROTTLED = failure('ThrottlingException', 429);
  const BROKEN = () =>
    Promise.reject(Object.assign(new SyntaxError(), { $response: {}, $metadata: { httpStatusCode: 200 } }));
  const silent = () => new Promise(() => {});
  const answers = (answer: object) => async () => ({ $metadata: { httpStatusCode: 200 }, ...answer });
  const ASSOCIATION = { contactId: 'c', sourceContactId: 'past', rehydrationType: 'FROM_SEGMENT' } as const;
  type Send = () => Promise<unknown>;
  type Operation = 'associate' | 'describe' | 'listAssociated';

  /** What operations come to, one after the other with 7,750 ms each, of a client that does this in turn; and the requests. */
  async function make(operations: Operation[], sends: Send[], { confirmable = true, retryThrottled = true } = {}) {
    const sent: object[] = [];
    const send = ({ input }: { input: object }) => (sends[sent.push(input) - 1] ?? sends.at(-1) ?? silent)();
    const client = { send } as unknown as ConnectClient;
    const connect = new AmazonConnect(client, { id: 'i', arn: 'arn' });
    const found: object[] = [];
    for (const operation of operations) {
      const limit = new Deadline(7_750);
      const answering =
        operation === 'associate'
          ? connect.associate(ASSOCIATION, limit, confirmable)
          : connect[operation]('c', limit, { retryThrottled });
      const [answer] = await Promise.all([answering, jest.advanceTimersByTimeAsync(8_000)]);
      found.push(answer);
    }
    return { answer: found.at(-1), sent, error: Object.values(connect.errors)[0]?.name };
  }

  test.each<{
    operation: Operation;
    meets: string;
    sends: Send[];
    options?: { confirmable?: boolean; retryThrottled?: boolean };
    times: number;
    resultUnknown: boolean;
    unavailable: string;
  }>([
    {
      operation: 'associate',
      meets: 'silence',
      sends: [silent],
      times: 6,
      resultUnknown: true,
      unavailable: 'TIMED_OUT',
    },
    {
      operation: 'associate',
      meets: 'throttling after silence',
      sends: [silent, THROTTLED],
      times: 12,
      resultUnknown: true,
      unavailable: 'THROTTLED',
    },
    {
      operation: 'associate',
      meets: 'throttling',
      sends: [THROTTLED],
      times: 13,
      resultUnknown: false,
      unavailable: 'THROTTLED',
    },
    ...[BROKEN, answers({})].flatMap(send => {
      const row = {
        operation: 'associate',
        sends: [send],
        resultUnknown: true,
        unavailable: 'SERVICE_UNAVAILABLE',
      } as const;
      return [
        { ...row, sends: [send], meets: 'answers that cannot be read', times: 2 },
        {
          ...row,
          sends: [send],
          meets: 'the same, with nothing to confirm it',
          options: { confirmable: false },
          times: 20,
        },
      ];
    }),
    {
      operation: 'associate',
      meets: 'HTTP 500',
      sends: [failure('Internal', 500)],
      times: 19,
      resultUnknown: true,
      unavailable: 'SERVICE_UNAVAILABLE',
    },
    {
      operation: 'describe',
      meets: 'silence',
      sends: [silent],
      times: 6,
      resultUnknown: false,
      unavailable: 'TIMED_OUT',
    },
    {
      operation: 'describe',
      meets: 'another contact',
      sends: [answers({ Contact: { Id: 'another' } })],
      times: 20,
      resultUnknown: false,
      unavailable: 'SERVICE_UNAVAILABLE',
    },
    {
      operation: 'describe',
      meets: 'throttling, of a contact that the chat can do without',
      sends: [failure('Internal', 500), THROTTLED],
      options: { retryThrottled: false },
      times: 2,
      resultUnknown: false,
      unavailable: 'THROTTLED',
    },
  ])('to $operation that meets $meets is made $times times', async row => {
    const { operation, sends, options, times, resultUnknown, unavailable } = row;
    const { answer, sent } = await make([operation], sends, options);
    expect([sent.length, answer]).toEqual([times, { unavailable, resultUnknown }]);
  });

  test.each([400, 404, 409, 413])('that is refused with %d is made once, and is no error', async refused => {
    const { answer, sent } = await make(['listAssociated'], [failure('SomethingNewException', refused)]);
    expect([sent.length, answer]).toEqual([1, { refused, resultUnknown: false }]);
  });

  const page = (NextToken: string | undefined, ContactSummaryList: unknown = []) =>
    answers({ NextToken, ContactSummaryList });
  test.each([
    ['answers that make no sense', 3, [page(undefined, 5)]],
    ['a token that cannot be sent', 3, [page('\ud800')]],
    ['answers that cannot be read', 3, [BROKEN]],
    ['the same after a page that made sense', 4, [page('next'), page(undefined, [{}])]],
    ['the same among others', 5, [BROKEN, THROTTLED, BROKEN, THROTTLED, BROKEN]],
  ])('for a list is made at most three times for %s, %d in all', async (_, times, sends) => {
    const { answer, sent, error } = await make(['listAssociated'], sends);
    expect([sent.length, answer]).toEqual([times, { unavailable: 'SERVICE_UNAVAILABLE', resultUnknown: false }]);
    expect(error).toMatch(/InvalidResponseError|SyntaxError/);
  });

  const BOTH = 'both resources, "arn" and "arn/contact/*",';
  test.each<[Operation, string, string]>([
    ['associate', 'CreatePersistentContactAssociation', BOTH],
    ['describe', 'DescribeContact', BOTH],
    ['listAssociated', 'ListAssociatedContacts', '"arn/contact/*",'],
  ])('to %s that is denied is an error with what the policy needs: %s on %s', async (operation, name, resources) => {
    const message = expect.stringContaining(`connect:${name}. Allow this action on ${resources}`);
    const error = { name: 'MissingPermissionError', message };
    await expect(make([operation], [failure('AccessDeniedException', 403)])).rejects.toMatchObject(error);
  });

  test('for a list has 100 contacts of a page, and the token of the first on the second, the last one', async () => {
    const pages = ['second', 'third', 'fourth'].map((next, index) => page(next, [{ ContactId: `c${index}` }]));
    const { answer, sent } = await make(['listAssociated'], pages);
    expect(answer).toEqual({ value: [{ ContactId: 'c0' }, { ContactId: 'c1' }] });
    const list = { InstanceId: 'i', ContactId: 'c', MaxResults: 100 };
    expect(sent).toEqual([list, { ...list, NextToken: 'second' }]);
  });

  // Beyond a quota, npm run bench:quotas shows what this rule is worth.
  test('goes before those of other chats once one of its kind was answered: its pauses stay short', async () => {
    const described = answers({ Contact: { Id: 'c' } });
    const times = async (...operations: Parameters<typeof make>[0]) =>
      (await make(operations, [described, THROTTLED])).sent.length - 1;
    expect([await times('describe', 'associate'), await times('describe', 'describe')]).toEqual([13, 154]);
  });
});
