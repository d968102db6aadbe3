import type { ConnectClient } from '@aws-sdk/client-connect';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AmazonConnect, clientToken } from '../../../src/aws/connect.ts';
import { Deadline } from '../../../src/aws/deadline.ts';
import type { RetryOptions } from '../../../src/aws/retry.ts';

test('the client token is the same for the same input, in any process', () => {
  // printf '%s' '["instance","current","past\",\"\ud800","FROM_SEGMENT"]' | sha256sum
  const association = {
    contactId: 'current',
    sourceContactId: 'past","\ud800',
    rehydrationType: 'FROM_SEGMENT',
  } as const;
  const same = '5bdbfd9b5d573be5bea3d17366792141d766edfd794683eacd888a80765eef35';
  expect(clientToken('instance', association)).toBe(same);
});

describe('a request', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
  });

  const failure = (name: string, httpStatusCode: number, error = new Error(name)) => {
    return () => Promise.reject(Object.assign(error, { name, $response: {}, $metadata: { httpStatusCode } }));
  };
  const THROTTLED = failure('ThrottlingException', 429);
  const FAULT = failure('Internal', 500);
  const BROKEN = failure('SyntaxError', 203, new SyntaxError());
  const silent = () => new Promise(() => {});
  const answers = (answer: object) => async () => ({ $metadata: { httpStatusCode: 200 }, ...answer });
  const page = (NextToken?: string, ContactSummaryList: unknown = []) => answers({ NextToken, ContactSummaryList });
  const ASSOCIATION = { contactId: 'c', sourceContactId: 'past', rehydrationType: 'FROM_SEGMENT' } as const;
  type Send = () => Promise<unknown>;
  type Operation = 'associate' | 'describe' | 'listAssociated';

  /** What operations come to, one after the other with 7,750 ms each, of a client that does this in turn; and the requests. */
  async function make(operations: Operation[], sends: Send[], options: RetryOptions = {}) {
    const sent: object[] = [];
    const signals: AbortSignal[] = [];
    const send = ({ input }: { input: object }, { abortSignal }: { abortSignal: AbortSignal }) => {
      signals.push(abortSignal);
      return (sends[sent.push(input) - 1] ?? sends.at(-1) ?? silent)();
    };
    const connect = new AmazonConnect({ send } as unknown as ConnectClient, { id: 'i', arn: 'arn' });
    const found: object[] = [];
    for (const operation of operations) {
      const limit = new Deadline(7_750);
      const answering =
        operation === 'associate'
          ? connect.associate(ASSOCIATION, limit, { changes: 'confirmable', unreadableMax: 2, ...options })
          : connect[operation]('c', limit, options);
      const [answer] = await Promise.all([answering, jest.advanceTimersByTimeAsync(8_000)]);
      found.push(answer);
    }
    const areAborted = signals.every(({ aborted }) => aborted);
    return { answer: found.at(-1), sent, areAborted, error: Object.values(connect.errors)[0]?.name };
  }

  const [QUOTA, KNOWN] = [{ unavailable: 'THROTTLED' }, { resultUnknown: false }];
  const UNCONFIRMED = { changes: 'unconfirmable', unreadableMax: undefined } as const;
  const ONCE = { retryThrottled: false };
  const BLANK_ID = answers({ ContinuedFromContactId: ' ' });
  const ANOTHER = answers({ Contact: { Id: 'another' } });
  const SOME_BROKEN = [BROKEN, THROTTLED, BROKEN, THROTTLED, BROKEN];
  type Row = {
    operation: Operation;
    meets: string;
    sends: Send[];
    options?: RetryOptions;
    times: number;
    answer?: object;
  };
  test.each<Row>([
    { operation: 'associate', meets: 'silence', sends: [silent], times: 6, answer: { unavailable: 'TIMED_OUT' } },
    { operation: 'associate', meets: 'its quota after silence', sends: [silent, THROTTLED], times: 12, answer: QUOTA },
    { operation: 'associate', meets: 'its quota', sends: [THROTTLED], times: 13, answer: { ...QUOTA, ...KNOWN } },
    { operation: 'associate', meets: 'answers that cannot be read', sends: [BROKEN], times: 2 },
    { operation: 'associate', meets: 'the same, unconfirmed,', sends: [BROKEN], options: UNCONFIRMED, times: 20 },
    { operation: 'associate', meets: 'answers with a blank id', sends: [BLANK_ID], times: 2 },
    { operation: 'associate', meets: 'HTTP 500', sends: [FAULT], times: 19 },
    { operation: 'describe', meets: 'another contact', sends: [ANOTHER], times: 20 },
    { operation: 'describe', meets: 'its quota', sends: [FAULT, THROTTLED], options: ONCE, times: 2, answer: QUOTA },
    { operation: 'listAssociated', meets: 'no list', sends: [page(undefined, 5)], times: 3 },
    { operation: 'listAssociated', meets: 'no token to send', sends: [page('next'), page('\ud800')], times: 4 },
    { operation: 'listAssociated', meets: 'answers that cannot be read', sends: SOME_BROKEN, times: 5 },
    ...[400, 404, 409, 413].map(refused => {
      const sends = [failure('SomethingNewException', refused)];
      return { operation: 'describe' as const, meets: `HTTP ${refused}`, sends, times: 1, answer: { refused } };
    }),
  ])('$operation that meets $meets is made $times times', async row => {
    const { operation, sends, options, times, answer = { unavailable: 'SERVICE_UNAVAILABLE' } } = row;
    const { sent, ...made } = await make([operation], sends, options);
    const answered = { resultUnknown: operation === 'associate', ...answer };
    expect({ times: sent.length, ...made }).toMatchObject({ times, areAborted: true, answer: answered });
    expect(made.error).toBeDefined();
  });

  const BOTH = 'both resources, "arn" and "arn/contact/*",';
  test.each<{ operation: Operation; name: string; resources: string }>([
    { operation: 'associate', name: 'CreatePersistentContactAssociation', resources: BOTH },
    { operation: 'describe', name: 'DescribeContact', resources: BOTH },
    { operation: 'listAssociated', name: 'ListAssociatedContacts', resources: '"arn/contact/*",' },
  ])('that is denied is an error with what the policy needs: $name on $resources', async row => {
    const { operation, name, resources } = row;
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
