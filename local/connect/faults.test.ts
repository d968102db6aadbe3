import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import * as sample from './index.ts';
import * as support from './test-support.ts';

const { C1, C3, NEW_CHAT, parseFault, QUOTAS } = sample;
const { ALL_FROM_C1, associate, describeContact, start } = support;
const post = ({ url }: sample.LocalConnect) => {
  const sent = { method: 'POST', headers: { authorization: 'any' }, body: JSON.stringify(ALL_FROM_C1) };
  return fetch(url + support.pathOf(NEW_CHAT), sent);
};
const WHOLE = JSON.stringify(support.continuedFrom(C3).body);
const HALF = WHOLE.slice(0, WHOLE.length / 2);

describe('The fault', () => {
  const rows: { fault: string; answer?: [number, string | null, string]; end?: string; carriedOut?: true }[] = [
    { fault: 'error=502', answer: [502, 'UnknownException', '{"Message":"Injected fault: error=502"}'] },
    { fault: 'malformed', answer: [200, null, '<html><body>Not Connect</body></html>'] },
    { fault: 'empty', answer: [200, null, '{}'] },
    { fault: 'truncated', answer: [200, null, HALF], carriedOut: true },
    { fault: 'reset', end: 'ECONNRESET' },
    { fault: 'lost-answer', end: 'ECONNRESET', carriedOut: true },
    { fault: 'hang', end: 'pending' },
    { fault: 'slow=50', answer: [200, null, WHOLE], carriedOut: true },
    { fault: 'slow=60000', end: 'pending', carriedOut: true },
    { fault: 'stall', answer: [200, null, HALF], end: 'pending', carriedOut: true },
    { fault: 'trickle', answer: [200, null, '{'], end: 'pending', carriedOut: true },
    { fault: 'drop', answer: [200, null, HALF], end: 'UND_ERR_SOCKET', carriedOut: true },
  ];
  test.each(rows)('$fault does to the client and to the operation what its name says', async row => {
    const connect = await start({ faults: [row.fault] });
    const got: unknown[] = [];
    const read = async () => {
      const { status, headers, body } = await post(connect);
      got.push(status, headers.get('x-amzn-ErrorType'), '');
      for await (const chunk of body ?? []) got[2] += Buffer.from(chunk).toString();
    };
    const end = read().catch(({ cause }) => cause.code);
    for (let n = 0; n < 300 && !(connect.calls[0] && isDeepStrictEqual(got, row.answer ?? [])); n++) await sleep(10);
    expect(got).toEqual(row.answer ?? []);
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBe(row.carriedOut);
    // A slow machine can only make this more likely to be pending.
    expect(row.end === 'pending' ? await Promise.race([end, sleep(50, 'pending')]) : await end).toBe(row.end);
  });

  test('quota takes the burst of each operation at once, and throttles what is over it', async () => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    const connect = await start({ faults: ['quota'] });
    for (let times = 0; times < 20; times++) await associate(connect, NEW_CHAT, ALL_FROM_C1);
    for (let times = 0; times < 20; times++) await describeContact(connect, C1);
    const throttled = connect.calls.filter(call => call.outcome === 'quota').map(call => call.operation);
    const counts = Object.entries({ CreatePersistentContactAssociation: 12, DescribeContact: 5 });
    expect(throttled).toEqual(counts.flatMap(([operation, count]) => Array(count).fill(operation)));
    expect(await describeContact(connect, C1)).toEqual(support.refused(429, 'ThrottlingException', /^Rate exceeded$/));
  });

  test('hits the operation that it names, as often as it says, until others replace it', async () => {
    const connect = await start({ faults: ['DescribeContact:throttle*2', 'error=503*1'] });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    for (let times = 0; times < 3; times++) await describeContact(connect, C1);
    connect.setFaults(['empty']);
    await describeContact(connect, C1);
    const outcomes = connect.calls.map(({ outcome, errorType = 'no error' }) => `${outcome}: ${errorType}`);
    const throttled = 'throttle: ThrottlingException';
    const others = ['200: no error', 'empty: no error'];
    expect(outcomes).toEqual(['error: ServiceUnavailableException', throttled, throttled, ...others]);
  });
});

test('Closing ends hanging, stalled and slow requests, leaves no socket, and may be repeated', async () => {
  const connect = await start({ faults: ['hang*1', 'stall*1', 'slow=60000*1'] });
  const settled = Promise.allSettled([1, 2, 3].map(() => post(connect).then(response => response.text())));
  while (connect.calls.length < 3) await sleep(5);
  expect(connect.openSockets()).toBe(3);
  await connect.close();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(connect.openSockets()).toBe(0);
  // And once more, after the test.
  await expect(fetch(connect.url)).rejects.toThrow();
});

describe('parseFault', () => {
  test.each([
    ['DescribeContact:error=503*2', { operation: 'DescribeContact', name: 'error', number: 503, times: 2 }],
    ['slow', { operation: undefined, name: 'slow', number: 1000, times: Number.POSITIVE_INFINITY }],
  ])('reads %s', (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  test.each([
    ['', /"" is not a fault .*valid: quota, throttle/],
    ['Describe:hang', /"Describe" is not an operation .*DescribeContact/],
    ['error=200', /"200" is not .*400 to 599/],
    ['slow=1.5', /"1.5" is not .*milliseconds/],
    ['quota*3', /quota takes no number of times/],
    ['hang=5', /hang takes no number/],
    ['throttle*0', /"0" is not a number of times .*from 1/],
  ])('says what is wrong with "%s", before a server listens', async (text, wrong) => {
    expect(() => parseFault(text)).toThrow(`Fault "${text}": `);
    await expect(sample.startLocalConnect({ faults: [text] })).rejects.toThrow(wrong);
  });
});

test('The default quotas are those of the admin guide', () => {
  const FLOWS = ['CreateContactFlow', 'DeleteContactFlow', 'ListContactFlows', 'ListContactFlowModules'];
  expect(Object.groupBy(sample.OPERATIONS, operation => JSON.stringify(QUOTAS[operation]))).toEqual({
    // Those without a row of their own.
    '{"rate":2,"burst":5}': ['ListAssociatedContacts', 'StopContact', 'DeleteContactData', ...FLOWS],
    '{"rate":5,"burst":8}': ['CreatePersistentContactAssociation', 'StartChatContact'],
    '{"rate":10,"burst":15}': ['DescribeContact', 'GetContactAttributes', 'SendMessage'],
    '{"rate":6,"burst":9}': ['CreateParticipantConnection'],
    '{"rate":8,"burst":12}': ['GetTranscript'],
    '{"rate":3,"burst":5}': ['DisconnectParticipant'],
  });
});

test('A token bucket starts full, refills between whole seconds, and never holds more than the burst', () => {
  let now = 100_000;
  const take = sample.tokenBucket({ rate: 5, burst: 8 }, () => now);
  const takenAfter = (milliseconds: number) => {
    now += milliseconds;
    let taken = 0;
    while (take()) taken += 1;
    return taken;
  };
  expect([0, 1000, 60_000, 125, 125, 125].map(takenAfter)).toEqual([8, 5, 8, 0, 1, 0]);
});
