import { describe, expect, test } from '@jest/globals';
import {
  invalidResponse,
  isRetryable,
  serviceError,
  throwOperatorErrors,
  unavailableReason,
} from '../../../src/aws/failure.ts';
import { MissingRegionError } from '../../../src/errors.ts';

/** An error as the SDK throws it: of a name, an HTTP status, and what else there may be. */
function failure(name: unknown, status?: number, more: object = {}): unknown {
  return Object.assign(new Error('words'), { name, $metadata: { httpStatusCode: status }, ...more });
}
const statuses = (...all: number[]) => all.map(status => failure('SomethingNew', status));
/** The mark that the SDK puts on every answer whose time is off by minutes. */
const corrected = (name: string, httpStatusCode: number) =>
  failure(name, httpStatusCode, { $metadata: { httpStatusCode, clockSkewCorrected: true } });
const ofNode = (...codes: string[]) => codes.map(code => Object.assign(new Error('words'), { code }));
const unreadable = (httpStatusCode: number) =>
  Object.assign(new SyntaxError('customer-secret is not JSON'), { $response: {}, $metadata: { httpStatusCode } });
const noHeader = Object.assign(new TypeError('a header'), { code: 'ERR_INVALID_CHAR' });
const bug = new Error('a bug');

const NO_ANSWER = ofNode('ENOTFOUND', 'HPE_INVALID_CONSTANT', 'ERR_STREAM_PREMATURE_CLOSE');
const LATE = [...statuses(408), failure('RequestTimeoutException', 400)];
const RESET = failure('TimeoutError', undefined, { code: 'ECONNRESET' });
const ODD = [...statuses(302), unreadable(200), invalidResponse('no id'), failure(['A'], 500)];
const TIMEOUTS = [failure('TimeoutError'), failure('TimeoutError', undefined, { code: 'ETIMEDOUT' })];
const SKEWED = ['InvalidSignatureException', 'AccessDeniedException'].map(name => corrected(name, 403));
const REFUSALS = [failure('InvalidSignatureException', 403), failure(['A'], 400), unreadable(400)];
const OURS = [new MissingRegionError('no'), noHeader, bug, ...ofNode('CERT_HAS_EXPIRED')];
const [THROTTLED, UNAVAILABLE] = ['THROTTLED', 'SERVICE_UNAVAILABLE'];
test.each<{ what: string; errors: unknown[]; again: boolean; reason?: string }>([
  { what: 'throttling', errors: [failure('ThrottlingException', 400)], again: true, reason: THROTTLED },
  { what: 'HTTP 429', errors: statuses(429), again: true, reason: THROTTLED },
  { what: 'HTTP 5xx', errors: statuses(500, 502, 599), again: true, reason: UNAVAILABLE },
  { what: 'a service that waited in vain', errors: LATE, again: true, reason: UNAVAILABLE },
  { what: 'no answer of HTTP', errors: [...NO_ANSWER, RESET], again: true, reason: UNAVAILABLE },
  { what: 'an answer that makes no sense', errors: ODD, again: true, reason: UNAVAILABLE },
  { what: 'a timeout', errors: TIMEOUTS, again: true, reason: 'TIMED_OUT' },
  // The SDK has set its clock right, and one that stays wrong is an operator's to fix.
  { what: 'a wrong clock', errors: [...SKEWED, corrected('RequestTimeTooSkewed', 400)], again: true },
  { what: 'HTTP 4xx', errors: statuses(400, 401, 402, 403, 404, 409, 410, 413, 418), again: false },
  { what: 'a refusal', errors: REFUSALS, again: false },
  { what: 'HTTP 404 while the clock is off', errors: [corrected('ResourceNotFoundException', 404)], again: false },
  { what: 'what only an operator or a programmer can fix', errors: OURS, again: false },
])('a request that meets $what is made again: $again', ({ errors, again, reason }) => {
  const found = errors.map(error => ({ error, again: isRetryable(error), reason: unavailableReason(error) }));
  expect(found.filter(each => each.again !== again || each.reason !== reason)).toEqual([]);
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
  const UNTRUSTED = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'INVALID_CA'];
  const OTHERS = ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'];
  const SIGNATURES = ['InvalidSignature', 'IncompleteSignature', 'SignatureDoesNotMatch', 'MissingAuthenticationToken'];
  const TOKENS = ['ExpiredToken', 'UnrecognizedClient', 'InvalidClientTokenId', 'AuthFailure'];
  const CLOCKS = ['RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture'];
  const NAMES = [...SIGNATURES, ...TOKENS, ...CLOCKS].map(name => failure(`${name}Exception`, 400));
  const DENIED = ['AccessDeniedException', 'AccessDenied'].map(name => failure(name, 400));
  const BY_NAME = [failure('InvalidRequestException', 400), failure(['A'], 400), bug];
  const CERTIFICATES = ofNode('CERT_HAS_EXPIRED', ...UNTRUSTED, ...OTHERS);
  const MAY_NOT = /not call connect:DescribeContact. Allow it .*Amazon Connect said: words/;

  test.each<{ what: string; errors: unknown[]; name: string; words: RegExp }>([
    {
      what: 'credentials by name',
      errors: NAMES,
      name: 'CredentialsError',
      words: /^Amazon Connect .*[A-Z]\w+: words/,
    },
    { what: '401 and 403', errors: statuses(401, 403), name: 'CredentialsError', words: /SomethingNew: words/ },
    {
      what: 'an unreadable 403',
      errors: [unreadable(403)],
      name: 'CredentialsError',
      words: /The answer is not JSON\./,
    },
    { what: 'certificates', errors: CERTIFICATES, name: 'CertificateError', words: /Amazon Connect.*[A-Z_]+: words/ },
    { what: 'permissions', errors: DENIED, name: 'MissingPermissionError', words: MAY_NOT },
    { what: 'a setting', errors: [new MissingRegionError('no')], name: 'MissingRegionError', words: /^no$/ },
  ])('is, of $what, $name with the words of the service or of Node', ({ errors, name, words }) => {
    const found = errors.map(error => ({ error, thrown: thrownFor(error) }));
    expect(found.filter(({ thrown }) => thrown?.name !== name || !words.test(thrown.message))).toEqual([]);
  });

  test('is no refusal, throttled request, lost connection or fault of our own', () => {
    expect([...BY_NAME, ...ofNode('ECONNREFUSED'), ...statuses(429)].filter(thrownFor)).toEqual([]);
  });

  test('has a cause without the other fields of the answer', () => {
    const $metadata = { httpStatusCode: 403, requestId: 'r' };
    const { cause } = thrownFor(failure('AccessDeniedException', 403, { $metadata, customer: 'secret' })) ?? {};
    expect(cause).toEqual({ name: 'AccessDeniedException', message: 'words', requestId: 'r' });
  });
});

const LONG = 'x'.repeat(999);
const NOT_JSON = { name: 'SyntaxError', message: 'The answer is not JSON.' };
test.each<{ what: string; error: unknown; expected: object }>([
  { what: 'no other field', error: failure('E', 400, { customer: 'secret' }), expected: {} },
  {
    what: 'the first 1,000 characters',
    error: failure('E', 400, { message: `${LONG}😀` }),
    expected: { message: `${LONG}\ufffd` },
  },
  {
    what: 'the code of a reset',
    error: failure('TimeoutError', 400, { code: 'ECONNRESET' }),
    expected: { name: 'ECONNRESET' },
  },
  { what: 'a name, cut', error: failure('x'.repeat(5_000), 400), expected: { name: 'x'.repeat(1_000) } },
  { what: 'no name where it is no text', error: failure(['A'], 400), expected: { name: 'UnknownError' } },
  {
    what: 'the code, without words',
    error: failure('E', 400, { message: '', code: 'C' }),
    expected: { message: '"C"' },
  },
  { what: 'no words of what could not be read', error: unreadable(400), expected: NOT_JSON },
])('the log has of an error its name, message, status and request id: $what', ({ error, expected }) => {
  Object.assign(error as object, { $metadata: { httpStatusCode: 400, requestId: 'r', attempts: 3 } });
  const met = { operation: 'Describe', name: 'E', message: 'words', httpStatusCode: 400, requestId: 'r' };
  expect(serviceError('Describe', error)).toEqual({ ...met, ...expected });
});
