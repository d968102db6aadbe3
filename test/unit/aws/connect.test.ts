import type { ConnectClient } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AmazonConnect, clientToken } from '../../../src/aws/connect.ts';
import { Deadline } from '../../../src/aws/deadline.ts';

const PARTS = { instanceId: 'i', contactId: 'c', sourceContactId: 'past', rehydrationType: 'FROM_SEGMENT' as const };
const token = ({ instanceId, ...association }: typeof PARTS) => clientToken(instanceId, association);

describe('the client token', () => {
  test('is the same for the same input, in any process', () => {
    // printf '%s' '["instance","current","past \ud800","FROM_SEGMENT"]' | sha256sum
    const same = 'b3da4aaa2e92b3c1556b94bae4ec6df86cda62574df2e91948f924c5998cb4dd';
    const parts = { instanceId: 'instance', contactId: 'current', sourceContactId: 'past \ud800' };
    expect(token({ ...PARTS, ...parts })).toBe(same);
  });

  test('is another one where any part is another, lone surrogates and quotes among them', () => {
    const texts = ['', 'a', '","', '"', '\ud800', '\ud801', '\ufffd'];
    const others = Object.keys(PARTS).flatMap(name => texts.map(text => ({ ...PARTS, [name]: text })));
    expect(new Set(others.map(token)).size).toBe(others.length);
    expect(token({ ...PARTS, contactId: 'a","b' })).not.toBe(token({ ...PARTS, instanceId: 'i","a', contactId: 'b' }));
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
    const signals: AbortSignal[] = [];
    const send = ({ input }: { input: object }, { abortSignal }: { abortSignal: AbortSignal }) => {
      signals.push(abortSignal);
      return (sends[sent.push(input) - 1] ?? sends.at(-1) ?? silent)();
    };
    const client = { send } as unknown as ConnectClient;
    const connect = new AmazonConnect(client, { id: 'i', arn: 'arn' });
    const found: object[] = [];
    for (const operation of operations) {
      const limit = new Deadline(7_750);
      const answering =
        operation === 'associate'
          ? connect.associate(ASSOCIATION, limit, {
              changes: confirmable ? 'confirmable' : 'unconfirmable',
              unreadableMax: confirmable ? 2 : undefined,
            })
          : connect[operation]('c', limit, { retryThrottled });
      const [answer] = await Promise.all([answering, jest.advanceTimersByTimeAsync(8_000)]);
      found.push(answer);
    }
    const areAborted = signals.every(({ aborted }) => aborted);
    return { answer: found.at(-1), sent, areAborted, error: Object.values(connect.errors)[0]?.name };
  }

  const FAULT = failure('Internal', 500);
  const ANOTHER = answers({ Contact: { Id: 'another' } });
  const NO_ID = answers({});
  const BLANK_ID = answers({ ContinuedFromContactId: ' ' });
  const UNCONFIRMED = { confirmable: false };
  test.each<{
    meets: string;
    sends: Send[];
    options?: { confirmable?: boolean };
    times: number;
    resultUnknown?: boolean;
    unavailable?: string;
  }>([
    { meets: 'silence', sends: [silent], times: 6, unavailable: 'TIMED_OUT' },
    { meets: 'throttling after silence', sends: [silent, THROTTLED], times: 12, unavailable: 'THROTTLED' },
    { meets: 'throttling', sends: [THROTTLED], times: 13, resultUnknown: false, unavailable: 'THROTTLED' },
    { meets: 'answers that cannot be read', sends: [BROKEN], times: 2 },
    { meets: 'answers that cannot be read, unconfirmed,', sends: [BROKEN], options: UNCONFIRMED, times: 20 },
    { meets: 'answers without an id', sends: [NO_ID], times: 2 },
    { meets: 'answers with a blank id', sends: [BLANK_ID], times: 2 },
    { meets: 'HTTP 500', sends: [FAULT], times: 19 },
  ])('for an association that meets $meets is made $times times', async row => {
    const { sends, options, times, resultUnknown = true, unavailable = 'SERVICE_UNAVAILABLE' } = row;
    const { answer, sent, areAborted } = await make(['associate'], sends, options);
    expect({ times: sent.length, areAborted, answer }).toEqual({
      times,
      areAborted: true,
      answer: { unavailable, resultUnknown },
    });
  });

  test.each<{ meets: string; sends: Send[]; retryThrottled?: boolean; times: number; unavailable: string }>([
    { meets: 'silence', sends: [silent], times: 6, unavailable: 'TIMED_OUT' },
    { meets: 'another contact', sends: [ANOTHER], times: 20, unavailable: 'SERVICE_UNAVAILABLE' },
    { meets: 'its quota', sends: [FAULT, THROTTLED], retryThrottled: false, times: 2, unavailable: 'THROTTLED' },
  ])('for a description that meets $meets is made $times times', async row => {
    const { sends, times, unavailable, retryThrottled } = row;
    const { answer, sent, areAborted } = await make(['describe'], sends, { retryThrottled });
    const expected = { times, areAborted: true, answer: { unavailable, resultUnknown: false } };
    expect({ times: sent.length, areAborted, answer }).toEqual(expected);
  });

  test.each([400, 404, 409, 413])('that is refused with %d is made once, and is no error', async refused => {
    const { answer, sent } = await make(['listAssociated'], [failure('SomethingNewException', refused)]);
    expect([sent.length, answer]).toEqual([1, { refused, resultUnknown: false }]);
  });

  const page = (NextToken: string | undefined, ContactSummaryList: unknown = []) =>
    answers({ NextToken, ContactSummaryList });
  test.each([
    { meets: 'answers that make no sense', times: 3, sends: [page(undefined, 5)] },
    { meets: 'a token that cannot be sent', times: 3, sends: [page('\ud800')] },
    { meets: 'answers that cannot be read', times: 3, sends: [BROKEN] },
    { meets: 'the same after a page that made sense', times: 4, sends: [page('next'), page(undefined, [{}])] },
    { meets: 'the same among others', times: 5, sends: [BROKEN, THROTTLED, BROKEN, THROTTLED, BROKEN] },
  ])('for a list that meets $meets is made $times times', async ({ times, sends }) => {
    const { answer, sent, areAborted, error } = await make(['listAssociated'], sends);
    const expected = { unavailable: 'SERVICE_UNAVAILABLE', resultUnknown: false };
    expect({ times: sent.length, areAborted, answer }).toEqual({ times, areAborted: true, answer: expected });
    expect(error).toMatch(/InvalidResponseError|SyntaxError/);
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
