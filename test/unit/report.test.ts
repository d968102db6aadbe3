import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, test } from '@jest/globals';
import type { ServiceError } from '../../src/aws/service-error.ts';
import type { Outcome } from '../../src/outcome.ts';
import { type Calls, logResult, type Metric, publishMetrics } from '../../src/report.ts';
import type { Result } from '../../src/result.ts';

const ASSOCIATED: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past' };
const NAMED = { sourceContactId: 'past', sourceContactIdFrom: 'parameter' } as const;
const UNNAMED = { sourceContactIdFrom: 'none' } as const;

function calls(associationAttempts = 0, errors: Calls['errors'] = {}): Calls {
  const attempts = {
    CreatePersistentContactAssociation: associationAttempts,
    DescribeContact: 0,
    ListAssociatedContacts: 0,
  };
  return { attempts, errors };
}

/** The metrics that one result is counted in, and how often they were published. */
function counted(result: Result, made = calls()) {
  const values: Record<string, number> = {};
  let published = 0;
  const metrics = {
    addMetric: (name: string, _: string, value: number) => {
      values[name] = value;
    },
    publishStoredMetrics: () => {
      published += 1;
    },
  };
  publishMetrics(metrics as unknown as Metrics, result, made);
  return { values, published };
}

describe('the metrics', () => {
  const rejected = (reason: 'SOURCE_CONTACT_NOT_OWNED' | 'REJECTED_BY_CONNECT' | 'SOURCE_CONTACT_NOT_FOUND') =>
    ({ status: 'REJECTED', reason }) as const;
  const ALL = ['Returning', 'Continued', 'Failed', 'RejectedByConnect', 'NotOwned', 'Unverified'];

  // The metrics that are 1; all the others are 0.
  test.each<[Metric[], Result]>([
    [['Returning', 'Continued'], { outcome: ASSOCIATED, asked: NAMED, ownerVerified: true }],
    [['Returning', 'Continued', 'Unverified'], { outcome: ASSOCIATED, asked: NAMED, ownerVerified: false }],
    [['Returning', 'Continued', 'Unverified'], { outcome: ASSOCIATED, asked: NAMED }],
    [
      ['Returning', 'Continued'],
      { outcome: { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'c' }, asked: NAMED },
    ],
    [[], { outcome: { status: 'NO_SOURCE_CONTACT' }, asked: UNNAMED }],
    [['Returning'], { outcome: rejected('SOURCE_CONTACT_NOT_FOUND'), asked: NAMED }],
    [['Returning', 'RejectedByConnect'], { outcome: rejected('REJECTED_BY_CONNECT'), asked: NAMED }],
    [['Returning', 'NotOwned'], { outcome: rejected('SOURCE_CONTACT_NOT_OWNED'), asked: NAMED, ownerVerified: false }],
    [
      ['Returning'],
      { outcome: rejected('SOURCE_CONTACT_NOT_OWNED'), asked: { ...NAMED, sourceContactIdFrom: 'store' } },
    ],
    [
      ['Returning', 'Failed'],
      { outcome: { status: 'FAILED', reason: 'THROTTLED' }, asked: NAMED, ownerVerified: false },
    ],
    [['Failed'], { outcome: { status: 'FAILED', reason: 'TIMED_OUT' }, asked: {} }],
  ])('that are 1 are %j for %j', (ones, result) => {
    const { values, published } = counted(result);
    expect(values).toEqual(Object.fromEntries(ALL.map(name => [name, Number(ones.some(one => one === name))])));
    expect(published).toBe(1);
  });

  test('have the number of attempts only where an association was tried', () => {
    expect(counted({ outcome: ASSOCIATED, asked: NAMED }, calls(3)).values).toMatchObject({ AssociationAttempts: 3 });
  });

  test('say nothing of a contact that is not applicable', () => {
    const outcome = { status: 'NOT_APPLICABLE', reason: 'GUIDE' } as const;
    expect(counted({ outcome, asked: {} })).toEqual({ values: {}, published: 0 });
  });
});

describe('the log line', () => {
  const error = (operation: string): ServiceError => ({
    operation,
    name: 'InvalidRequestException',
    message: 'words',
    httpStatusCode: 400,
    requestId: 'r',
  });

  /** The one line for a result: its level and its fields. */
  function logged(result: Result, made = calls()): Record<string, unknown> {
    const lines: Record<string, unknown>[] = [];
    const log = (level: string) => (_: string, fields: object) => lines.push({ level, ...fields });
    logResult({ info: log('info'), warn: log('warn'), error: log('error') } as unknown as Logger, result, made, 12.6);
    expect(lines).toHaveLength(1);
    return lines[0] ?? {};
  }

  test('has what was asked for, what was found out and what it took', () => {
    const asked = { ...NAMED, rehydrationType: 'FROM_SEGMENT' } as const;
    expect(logged({ outcome: ASSOCIATED, asked, ownerVerified: true }, calls(2))).toMatchObject({
      level: 'info',
      associationStatus: 'ASSOCIATED',
      reason: '',
      sourceContactIdFrom: 'parameter',
      rehydrationType: 'FROM_SEGMENT',
      continuedFromContactId: 'past',
      ownerVerified: true,
      associationAttempts: 2,
      durationMs: 13,
    });
  });

  test('has no absent numbers: what was not called was not called 0 times', () => {
    const line = JSON.parse(JSON.stringify(logged({ outcome: { status: 'NO_SOURCE_CONTACT' }, asked: UNNAMED })));
    expect(line).toEqual({
      level: 'info',
      associationStatus: 'NO_SOURCE_CONTACT',
      reason: '',
      sourceContactIdFrom: 'none',
      durationMs: 13,
    });
  });

  test.each<[string, Result]>([
    ['info', { outcome: { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' }, asked: NAMED }],
    ['info', { outcome: { status: 'NOT_APPLICABLE', reason: 'GUIDE' }, asked: {} }],
    ['warn', { outcome: { status: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_FOUND' }, asked: NAMED }],
    ['warn', { outcome: { status: 'FAILED', reason: 'TIMED_OUT' }, asked: NAMED }],
    ['warn', { outcome: ASSOCIATED, asked: NAMED, checkUnavailable: true }],
  ])('is %s for %j, and only a warning has what the requests met', (level, result) => {
    const line = logged(result, calls(1, { DescribeContact: error('DescribeContact') }));
    expect(line).toMatchObject({ level });
    expect('serviceError' in line && line['serviceError'] !== undefined).toBe(level === 'warn');
  });

  test('has the answer to the association rather than what a check met besides', () => {
    const errors = {
      DescribeContact: error('DescribeContact'),
      CreatePersistentContactAssociation: error('CreatePersistentContactAssociation'),
    };
    const outcome = { status: 'REJECTED', reason: 'REJECTED_BY_CONNECT' } as const;
    expect(logged({ outcome, asked: NAMED }, calls(1, errors))).toMatchObject({
      serviceError: { operation: 'CreatePersistentContactAssociation' },
    });
  });

  test('never has the id that was asked for; of an invalid one, its length', () => {
    const asked = { ...NAMED, sourceContactId: '$.Attributes.secret' };
    const invalid = logged({ outcome: { status: 'REJECTED', reason: 'SOURCE_CONTACT_ID_INVALID' }, asked });
    expect(invalid).toMatchObject({ sourceContactIdLength: 19 });
    const missing = logged({ outcome: { status: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_FOUND' }, asked });
    expect(missing['sourceContactIdLength']).toBeUndefined();
    expect(JSON.stringify([invalid, missing])).not.toContain('secret');
  });

  test('cuts the continued id', () => {
    const outcome: Outcome = { status: 'ASSOCIATED', continuedFromContactId: 'x'.repeat(5_000) };
    expect(logged({ outcome, asked: NAMED })).toMatchObject({ continuedFromContactId: 'x'.repeat(256) });
  });
});
