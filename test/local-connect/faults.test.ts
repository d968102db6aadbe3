import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { C1, C3, NEW_CHAT, OPERATIONS, QUOTAS } from '../../local/connect/index.ts';
import {
  ALL_FROM_C1,
  associate,
  continuedFrom,
  describeContact,
  get,
  getAttributes,
  isPending,
  listAssociated,
  post,
  refused,
  start,
  startChat,
  startFaulty,
  stopContact,
} from './support.ts';

describe('The fault', () => {
  test('throttle answers 429 and changes nothing', async () => {
    const connect = await start({ faults: ['throttle'] });
    expect(await associate(connect, NEW_CHAT, ALL_FROM_C1)).toEqual({
      status: 429,
      errorType: 'ThrottlingException',
      body: { Message: 'Rate exceeded' },
    });
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBeUndefined();
  });

  test.each([
    ['error', 500, 'InternalServiceException'],
    ['error=503', 503, 'ServiceUnavailableException'],
    ['error=403', 403, 'AccessDeniedException'],
    ['error=404', 404, 'ResourceNotFoundException'],
    ['error=400', 400, 'InvalidRequestException'],
    ['error=429', 429, 'ThrottlingException'],
    ['error=502', 502, 'UnknownException'],
  ])('%s answers %i %s', async (spec, status, errorType) => {
    const injected = refused(status, errorType, /^Injected fault: error=/);
    expect(await associate(await start({ faults: [spec] }), NEW_CHAT, ALL_FROM_C1)).toEqual(injected);
  });

  test('malformed answers 200 with an HTML page', async () => {
    const response = await post(await start({ faults: ['malformed'] }), NEW_CHAT, ALL_FROM_C1);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^<html>/);
  });

  test('empty answers 200 with an object that has no id', async () => {
    const connect = await start({ faults: ['empty'] });
    expect(await associate(connect, NEW_CHAT, ALL_FROM_C1)).toEqual({ status: 200, errorType: null, body: {} });
  });

  test('truncated answers 200 with the first half of the JSON, as if that were all', async () => {
    const connect = await start({ faults: ['truncated'] });
    const whole = JSON.stringify(continuedFrom(C3).body);
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    const half = await response.text();
    expect([response.status, half]).toEqual([200, whole.slice(0, whole.length / 2)]);
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBe(true);
  });

  test('hang accepts the request and never answers', async () => {
    const { connect, received } = await startFaulty('hang');
    const answer = post(connect, NEW_CHAT, ALL_FROM_C1);
    expect((await received).outcome).toBe('hang');
    expect(await isPending(answer)).toBe(true);
    await connect.close();
    await expect(answer).rejects.toThrow();
  });

  test('stall sends headers and half of the body, then nothing', async () => {
    const connect = await start({ faults: ['stall'] });
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    const whole = JSON.stringify(continuedFrom(C3).body);
    expect([response.status, response.headers.get('content-length')]).toEqual([200, `${whole.length}`]);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(whole.slice(0, whole.length / 2));
    const rest = reader?.read() ?? Promise.resolve();
    expect(await isPending(rest)).toBe(true);
    await connect.close();
    await expect(rest).rejects.toThrow();
  });

  test('drop sends headers and half of the body, then closes the connection', async () => {
    const connect = await start({ faults: ['drop'] });
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBe(true);
  });

  test('trickle sends the body byte by byte', async () => {
    const connect = await start({ faults: ['trickle'] });
    const response = await post(connect, NEW_CHAT, ALL_FROM_C1);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('{');
    await reader?.cancel();
  });

  test('reset resets the connection and carries nothing out', async () => {
    const connect = await start({ faults: ['reset'] });
    await expect(post(connect, NEW_CHAT, ALL_FROM_C1)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(connect.contacts.get(NEW_CHAT)?.persistent).toBeUndefined();
  });

  test('lost-answer carries the operation out and resets; the same token then gets the answer', async () => {
    const connect = await start({ faults: ['lost-answer*1'] });
    const members = { ...ALL_FROM_C1, ClientToken: 'token' };
    await expect(post(connect, NEW_CHAT, members)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(connect.contacts.get(NEW_CHAT)?.RelatedContactId).toBe(C3);
    expect(await associate(connect, NEW_CHAT, members)).toEqual(continuedFrom(C3));
  });

  test('slow carries the operation out at once and answers later', async () => {
    const { connect, received } = await startFaulty('slow=300');
    const answer = associate(connect, NEW_CHAT, ALL_FROM_C1);
    const { at } = await received;
    expect(connect.contacts.get(NEW_CHAT)?.RelatedContactId).toBe(C3);
    expect(await answer).toEqual(continuedFrom(C3));
    expect(performance.now() - at).toBeGreaterThan(290);
  });

  test('quota throttles what is over the bucket, and nothing before that', async () => {
    const connect = await start({ faults: ['quota'] });
    const answers = await Promise.all(Array.from({ length: 60 }, () => associate(connect, NEW_CHAT, ALL_FROM_C1)));
    const throttled = answers.filter(answer => answer.status === 429);
    // 60 at once would have to take ten seconds for the bucket to allow them all.
    expect(throttled.length).toBeGreaterThan(0);
    expect(answers.length - throttled.length).toBeGreaterThanOrEqual(QUOTAS.CreatePersistentContactAssociation.burst);
    expect(throttled[0]?.body).toEqual({ Message: 'Rate exceeded' });
    expect((await describeContact(connect, C1)).status).toBe(200);
    expect((await listAssociated(connect, { contactId: C1 })).status).toBe(200);
  });

  test('hits as many requests as it was told, then the next one in order does', async () => {
    const connect = await start({ faults: ['throttle*2', 'error=503*1'] });
    for (const _ of '1234') await describeContact(connect, C1);
    expect(connect.calls.map(call => call.outcome)).toEqual(['throttle', 'throttle', 'error', 200]);
  });

  test.each(OPERATIONS)('hits %s, by name', async operation => {
    const connect = await start({ faults: [`${operation}:throttle`] });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    await describeContact(connect, C1);
    await listAssociated(connect, { contactId: C1 });
    await startChat(connect);
    await stopContact(connect, NEW_CHAT);
    await getAttributes(connect, C1);
    const outcomes = connect.calls.map(call => [call.operation, call.outcome]);
    expect(outcomes).toEqual(OPERATIONS.map(name => [name, name === operation ? 'throttle' : 200]));
  });

  test('hits only the operation that it names', async () => {
    const connect = await start({
      faults: ['DescribeContact:error=503', 'CreatePersistentContactAssociation:throttle*1'],
    });
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    await associate(connect, NEW_CHAT, ALL_FROM_C1);
    await describeContact(connect, C1);
    expect(connect.calls.map(call => call.outcome)).toEqual(['throttle', 200, 'error']);
  });

  test('can be replaced while the server runs', async () => {
    const connect = await start({ faults: ['throttle'] });
    connect.setFaults([]);
    expect((await describeContact(connect, C1)).status).toBe(200);
    expect(() => connect.setFaults(['thrott'])).toThrow('thrott');
  });
});

describe('Stopping', () => {
  test('ends hanging, stalled and slow requests and leaves no socket', async () => {
    const connect = await start({ faults: ['hang*1', 'stall*1', 'slow=60000*1'] });
    const answers = ['1', '2', '3'].map(() => post(connect, NEW_CHAT, ALL_FROM_C1).then(response => response.text()));
    const settled = Promise.allSettled(answers);
    while (connect.calls.length < 3) await sleep(5);
    expect(connect.openSockets()).toBe(3);
    await connect.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(connect.openSockets()).toBe(0);
    await expect(get(connect, '/')).rejects.toThrow();
  });

  test('may be asked for twice', async () => {
    const connect = await start();
    await connect.close();
    await expect(connect.close()).resolves.toBeUndefined();
  });
});
