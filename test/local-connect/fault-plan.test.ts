import { describe, expect, test } from '@jest/globals';
import { parseFault, QUOTAS, startLocalConnect, tokenBucket } from '../../local/connect/index.ts';

describe('A token bucket', () => {
  const seconds = (clock: { now: number }) => () => clock.now * 1000;
  const takeAll = (take: () => boolean) => {
    let taken = 0;
    while (take()) taken += 1;
    return taken;
  };

  test('starts full, refills at its rate, and never holds more than the burst', () => {
    const clock = { now: 100 };
    const take = tokenBucket({ rate: 5, burst: 8 }, seconds(clock));
    expect(takeAll(take)).toBe(8);
    clock.now += 1;
    expect(takeAll(take)).toBe(5);
    clock.now += 60;
    expect(takeAll(take)).toBe(8);
  });

  test('refills between whole seconds, and a refused request takes nothing', () => {
    const clock = { now: 0 };
    const take = tokenBucket({ rate: 5, burst: 8 }, seconds(clock));
    takeAll(take);
    for (const _ of '123') {
      clock.now += 0.0625;
      expect(take()).toBe(false);
    }
    clock.now += 0.0625;
    expect(take()).toBe(true);
  });

  test('has the documented quotas', () => {
    expect(QUOTAS).toEqual({
      CreatePersistentContactAssociation: { rate: 5, burst: 8 },
      DescribeContact: { rate: 10, burst: 15 },
      ListAssociatedContacts: { rate: 2, burst: 5 },
      StartChatContact: { rate: 5, burst: 8 },
      StopContact: { rate: 2, burst: 5 },
      GetContactAttributes: { rate: 10, burst: 15 },
    });
  });
});

describe('parseFault', () => {
  test('reads operation, name, number and times', () => {
    expect(parseFault('DescribeContact:error=503*2')).toEqual({
      operation: 'DescribeContact',
      name: 'error',
      status: 503,
      times: 2,
    });
    const all = { operation: undefined, times: Number.POSITIVE_INFINITY };
    expect(parseFault('error')).toEqual({ name: 'error', status: 500, ...all });
    expect(parseFault('slow')).toEqual({ name: 'slow', milliseconds: 1000, ...all });
    expect(parseFault('hang')).toEqual({ name: 'hang', ...all });
  });

  test.each([
    ['', '"" is not a fault', 'valid: quota, throttle'],
    ['thrott', '"thrott" is not a fault', 'valid: quota, throttle'],
    ['Describe:hang', '"Describe" is not an operation', 'DescribeContact'],
    ['error=200', '"200" is not', '400 to 599'],
    ['error=', '"" is not', '400 to 599'],
    ['slow=1.5', '"1.5" is not', 'milliseconds'],
    ['hang=3', 'hang takes no number', 'error and slow'],
    ['quota*3', 'quota takes no number of times', 'quota'],
    ['throttle*0', '"0" is not a number of times', 'from 1'],
    ['throttle*2*3', '"2*3" is not a number of times', 'from 1'],
  ])('says what is wrong with "%s"', (text, wrong, valid) => {
    expect(() => parseFault(text)).toThrow(`Fault "${text}": `);
    expect(() => parseFault(text)).toThrow(wrong);
    expect(() => parseFault(text)).toThrow(valid);
  });

  test('is asked before the server listens', async () => {
    await expect(startLocalConnect({ faults: ['nonsense'] })).rejects.toThrow('nonsense');
  });
});
