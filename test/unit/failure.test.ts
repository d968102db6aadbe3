import { describe, expect, test } from '@jest/globals';
import {
  invalidResponse,
  isRetryable,
  serviceError,
  throwOperatorErrors,
  unavailableReason,
} from '../../src/aws/failure.ts';
import { MissingRegionError } from '../../src/errors.ts';

/** An error as the SDK throws it: of a name, an HTTP status, and what else there may be. */
function failure(name: unknown, status?: number, more: object = {}): unknown {
  return Object.assign(new Error('words'), { name, $metadata: { httpStatusCode: status }, ...more });
}
const statuses = (...all: number[]) => all.map(status => failure('SomethingNew', status));
/** The mark that the SDK puts on every answer whose time is off by minutes. */
const corrected = (name: string, httpStatusCode: number) =>
  failure(name, httpStatusCode, { $metadata: { httpStatusCode, clockSkewCorrected: true } });
const ofNode = (code: string, error = new Error('words')) => Object.assign(error, { code });
const unreadable = (httpStatusCode: number) =>
  Object.assign(new SyntaxError('customer-secret is not JSON'), { $response: {}, $metadata: { httpStatusCode } });
const bug = new Error('a bug');

/** What each error comes to, beside the error, so that a failure names it. */
const judged = (errors: unknown[], judge: (error: unknown) => unknown) => errors.map(error => [error, judge(error)]);
const all = (errors: unknown[], expected: unknown) => errors.map(error => [error, expected]);

const FAULTY = [
  ...[...statuses(302, 408, 500, 502, 599), failure('RequestTimeoutException', 400), failure(['A'], 500)],
  ...['ENOTFOUND', 'HPE_INVALID_CONSTANT', 'ERR_STREAM_PREMATURE_CLOSE'].map(code => ofNode(code)),
  ...[unreadable(200), invalidResponse('no id'), failure('TimeoutError', undefined, { code: 'ECONNRESET' })],
];
// The SDK has set its clock right, and one that stays wrong is an operator's to fix.
const SKEWED = [
  ...['InvalidSignatureException', 'AccessDeniedException'].map(name => corrected(name, 403)),
  corrected('RequestTimeTooSkewed', 400),
];
const SAME_NEXT_TIME = [
  ...[...statuses(400, 401, 402, 403, 404, 409, 410, 413, 418), failure('InvalidSignatureException', 403)],
  ...[corrected('ResourceNotFoundException', 404), failure(['A'], 400), unreadable(400), new MissingRegionError('no')],
  ...[ofNode('ERR_INVALID_CHAR', new TypeError('a header')), ofNode('CERT_HAS_EXPIRED'), bug],
];

test.each<[boolean, string | undefined, unknown[]]>([
  [true, 'THROTTLED', [failure('ThrottlingException', 400), ...statuses(429)]],
  [true, 'SERVICE_UNAVAILABLE', FAULTY],
  [true, 'TIMED_OUT', [undefined, 'ETIMEDOUT'].map(code => failure('TimeoutError', undefined, { code }))],
  [true, undefined, SKEWED],
  [false, undefined, SAME_NEXT_TIME],
])('a request is made again: %p; its failure is %s in the end', (again, reason, errors) => {
  expect(judged(errors, isRetryable)).toEqual(all(errors, again));
  expect(judged(errors, unavailableReason)).toEqual(all(errors, reason));
});

describe('what only an operator can fix', () => {
  function thrownFor(error: unknown): Error | undefined {
    try {
      throwOperatorErrors('Amazon Connect', error, 'connect:DescribeContact. Allow it');
      return undefined;
    } catch (thrown) {
      return thrown as Error;
    }
  }
  const certificates = [
    ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'HOSTNAME_MISMATCH'],
    ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    'INVALID_CA',
  ].map(code => ofNode(code));
  const credentials = ['ExpiredToken', 'UnrecognizedClient', 'InvalidSignature', 'MissingAuthenticationToken'];
  const refusals = [...credentials.map(name => failure(`${name}Exception`, 400)), ...statuses(401, 403)];
  const denied = ['AccessDeniedException', 'AccessDenied'].map(name => failure(name, 400));
  const others = [failure('InvalidRequestException', 400), failure(['A'], 400), ofNode('ECONNREFUSED'), bug];

  test.each<[string | undefined, RegExp, unknown[]]>([
    ['CredentialsError', /^Amazon Connect .*[A-Z]\w+: words/, refusals],
    ['CredentialsError', /SyntaxError: The answer is not JSON\./, [unreadable(403)]],
    ['CertificateError', /Amazon Connect.*[A-Z_]+: words/, certificates],
    ['MissingPermissionError', /not call connect:DescribeContact. Allow it .*Amazon Connect said: words/, denied],
    ['MissingRegionError', /^no$/, [new MissingRegionError('no')]],
    [undefined, /^$/, [...others, ...statuses(429)]],
  ])('is %s, with the words of the service or of Node', (name, words, errors) => {
    expect(judged(errors, error => thrownFor(error)?.name)).toEqual(all(errors, name));
    for (const error of errors) expect(thrownFor(error)?.message ?? '').toMatch(words);
  });

  test('has a cause without the other fields of the answer', () => {
    const $metadata = { httpStatusCode: 403, requestId: 'r' };
    const { cause } = thrownFor(failure('AccessDeniedException', 403, { $metadata, customer: 'secret' })) ?? {};
    expect(cause).toEqual({ name: 'AccessDeniedException', message: 'words', requestId: 'r' });
  });
});

const LONG = 'x'.repeat(999);
const MET = { operation: 'Describe', name: 'E', message: 'words', httpStatusCode: 400, requestId: 'r' };
test.each<[string, unknown, object]>([
  ['its name, message, status and request id, and no other field', failure('E', 400, { customer: 'secret' }), {}],
  ['the message, cut', failure('E', 400, { message: 'x'.repeat(5_000) }), { message: 'x'.repeat(1_000) }],
  ['a message cut in a character', failure('E', 400, { message: `${LONG}😀` }), { message: `${LONG}\ufffd` }],
  ['the name, cut', failure('x'.repeat(5_000), 400), { name: 'x'.repeat(1_000) }],
  ['no name, where it is no text', failure(['A'], 400), { name: 'UnknownError' }],
  ['the code of a reset', failure('TimeoutError', 400, { code: 'ECONNRESET' }), { name: 'ECONNRESET' }],
  ['the code, without words', failure('E', 400, { message: '', code: 'ECONNRESET' }), { message: '"ECONNRESET"' }],
  ['no words of what it could not read', unreadable(400), { name: 'SyntaxError', message: 'The answer is not JSON.' }],
])('the log has of an error %s', (_, error, expected) => {
  Object.assign(error as object, { $metadata: { httpStatusCode: 400, requestId: 'r', attempts: 3 } });
  expect(serviceError('Describe', error)).toEqual({ ...MET, ...expected });
});
