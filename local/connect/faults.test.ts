import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import * as sample from './index.ts';
import * as support from './test-support.ts';

const { C1, C3, NEW_CHAT, parseFault, QUOTAS } = sample;
const { ALL_FROM_C1, associate, describeContact, isPending, start } = support;
const post = (connect: sample.LocalConnect) => support.request(connect, 'POST', support.pathOf(NEW_CHAT), ALL_FROM_C1);
const WHOLE = JSON.stringify(support.continuedFrom(C3).body);
const HALF = WHOLE.slice(0, WHOLE.length / 2);

/** The answer to an association under a fault, and the server, which carried it out or did not. */
async function faulty(fault: string) {
  const connect = await start({ faults: [fault] });
  const answer = post(connect);
  const settled = answer.catch(() => {});
  while (connect.calls.length === 0) await sleep(1);
  if (!/hang|slow/.test(fault)) await settled;
  return { connect, answer, carriedOut: connect.contacts.get(NEW_CHAT)?.persistent === true };
}

describe('The fault', () => {
  test.each([
    ['throttle', 429, 'ThrottlingException', '{"Message":"Rate exceeded"}', false],
    ['error', 500, 'InternalServiceException', '{"Message":"Injected fault: error=500"}', false],
    ['error=502', 502, 'UnknownException', '{"Message":"Injected fault: error=502"}', false],
    ['malformed', 200, null, '<html><body>Not Connect</body></html>', false],
    ['empty', 200, null, '{}', false],
    ['truncated', 200, null, HALF, true],
  ])('%s answers %i %s %s (carried out: %p)', async (fault, status, errorType, body, done) => {
    const { answer, carriedOut } = await faulty(fault);
    const response = await answer;
    expect([response.status, response.headers.get('x-amzn-ErrorType'), carriedOut]).toEqual([status, errorType, done]);
    expect(await response.text()).toBe(body);
  });

  test.each([
    ['reset', false],
    ['lost-answer', true],
  ])('%s resets the connection (carried out: %p)', async (fault, done) => {
    const { answer, carriedOut } = await faulty(fault);
    await expect(answer).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(carriedOut).toBe(done);
  });

  test('hang accepts the request and never answers', async () => {
    const { connect, answer, carriedOut } = await faulty('hang');
    expect([connect.calls[0]?.outcome, await isPending(answer), carriedOut]).toEqual(['hang', true, false]);
  });

  test.each([
    ['stall', HALF],
    ['trickle', '{'],
  ])('%s sends headers and the beginning of the body, then nothing for a while', async (fault, beginning) => {
    const { connect, answer, carriedOut } = await faulty(fault);
    const { status, headers, body } = await answer;
    const reader = body?.getReader();
    expect([status, headers.get('content-length'), carriedOut]).toEqual([200, `${WHOLE.length}`, true]);
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(beginning);
    const rest = reader?.read() ?? Promise.resolve();
    expect(await isPending(rest)).toBe(true);
    await connect.close();
    await expect(rest).rejects.toThrow();
  });

  test('drop sends headers and half of the body, then closes the connection', async () => {
    const { answer, carriedOut } = await faulty('drop');
    const { status, headers, body } = await answer;
    expect([status, headers.get('content-length'), carriedOut]).toEqual([200, `${WHOLE.length}`, true]);
    await expect(new Response(body).text()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
  });

  test('slow carries the operation out at once and answers later', async () => {
    const sentAt = performance.now();
    const { answer, carriedOut } = await faulty('slow=300');
    expect(carriedOut).toBe(true);
    expect(await (await answer).text()).toBe(WHOLE);
    // A timer may fire a millisecond early.
    expect(performance.now() - sentAt).toBeGreaterThan(298);
  });

  test('quota takes the burst of each operation at once, and throttles what is over it', async () => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    const connect = await start({ faults: ['quota'] });
    const throttled = async (request: () => Promise<support.Outcome>) => {
      const answers = await Promise.all(Array.from({ length: 20 }, request));
      return answers.filter(answer => answer.status === 429);
    };
    const associations = await throttled(() => associate(connect, NEW_CHAT, ALL_FROM_C1));
    expect(associations.length).toBe(20 - QUOTAS.CreatePersistentContactAssociation.burst);
    expect(associations[0]).toEqual(support.refused(429, 'ThrottlingException', /^Rate exceeded$/));
    const descriptions = await throttled(() => describeContact(connect, C1));
    expect(descriptions.length).toBe(20 - QUOTAS.DescribeContact.burst);
  });

  test('hits the operation that it names, as often as it says, until others replace it', async () => {
    const connect = await start({ faults: ['DescribeContact:throttle*2', 'error=503*1'] });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    for (let times = 0; times < 3; times++) await describeContact(connect, C1);
    connect.setFaults(['empty']);
    await describeContact(connect, C1);
    expect(connect.calls.map(call => call.outcome)).toEqual(['error', 'throttle', 'throttle', 200, 'empty']);
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
  await expect(support.request(connect, 'GET', '/')).rejects.toThrow();
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

describe('The default quota of the admin guide', () => {
  const FLOWS = ['CreateContactFlow', 'DeleteContactFlow', 'ListContactFlows', 'ListContactFlowModules'];
  test.each([
    // Those without a row of their own.
    { rate: 2, burst: 5, of: ['ListAssociatedContacts', 'StopContact', 'DeleteContactData', ...FLOWS] },
    { rate: 5, burst: 8, of: ['CreatePersistentContactAssociation', 'StartChatContact'] },
    { rate: 10, burst: 15, of: ['DescribeContact', 'GetContactAttributes', 'SendMessage'] },
    { rate: 6, burst: 9, of: ['CreateParticipantConnection'] },
    { rate: 8, burst: 12, of: ['GetTranscript'] },
    { rate: 3, burst: 5, of: ['DisconnectParticipant'] },
  ])('$rate per second, $burst at once, is that of $of', ({ of, rate, burst }) => {
    const has = (operation: sample.Operation) => QUOTAS[operation].rate === rate && QUOTAS[operation].burst === burst;
    expect(sample.OPERATIONS.filter(has)).toEqual(of);
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
