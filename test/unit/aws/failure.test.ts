import { expect, test } from '@jest/globals';
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

const RESET = failure('TimeoutError', undefined, { code: 'ECONNRESET' });
const NO_ANSWER = [RESET, ...ofNode('ENOTFOUND', 'HPE_INVALID_CONSTANT', 'ERR_STREAM_PREMATURE_CLOSE')];
const ODD = [...statuses(302), unreadable(200), invalidResponse('no id'), failure(['A'], 500)];
const TIMEOUTS = [failure('TimeoutError'), failure('TimeoutError', undefined, { code: 'ETIMEDOUT' })];
const SKEWED = ['InvalidSignatureException', 'AccessDeniedException'].map(name => corrected(name, 403));
const REFUSALS = [failure('InvalidSignatureException', 403), failure(['A'], 400), unreadable(400)];
const OURS = [new MissingRegionError('no'), noHeader, bug, ...ofNode('CERT_HAS_EXPIRED')];
const THROTTLED = { again: true, reason: 'THROTTLED' };
const UNAVAILABLE = { again: true, reason: 'SERVICE_UNAVAILABLE' };
test.each<{ what: string; errors: unknown[]; again: boolean; reason?: string }>([
  { what: 'throttling', errors: [failure('ThrottlingException', 400), ...statuses(429)], ...THROTTLED },
  { what: 'HTTP 408 and 5xx', errors: statuses(408, 500, 502, 599), ...UNAVAILABLE },
  { what: 'a service that gave up', errors: [failure('RequestTimeoutException', 400)], ...UNAVAILABLE },
  { what: 'no answer of HTTP', errors: NO_ANSWER, ...UNAVAILABLE },
  { what: 'an answer that makes no sense', errors: ODD, ...UNAVAILABLE },
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

function thrownFor(error: unknown): Error | undefined {
  try {
    throwOperatorErrors('Amazon Connect', error, 'connect:DescribeContact. Allow it');
    return undefined;
  } catch (thrown) {
    return thrown as Error;
  }
}
const named = (...names: string[]) => names.map(name => failure(name, 400));
const SIGNATURES = named('InvalidSignatureException', 'IncompleteSignature', 'SignatureDoesNotMatch');
const TOKENS = named('ExpiredToken', 'UnrecognizedClient', 'InvalidClientTokenId', 'MissingAuthenticationToken');
const CLOCKS = named('AuthFailure', 'RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture');
const UNTRUSTED = ['CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'INVALID_CA'];
const CERTIFICATES = ofNode(...UNTRUSTED, 'ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH');
const DENIED = named('AccessDeniedException', 'AccessDenied');
const NO_REGION = new MissingRegionError('no');
const MAY_NOT = /not call connect:DescribeContact. Allow it .*Amazon Connect said: words/;
const [CREDENTIALS, OF_CREDENTIALS] = ['CredentialsError', /^Amazon Connect .*[A-Z]\w+: words/];
test.each<{ what: string; errors: unknown[]; name: string; words?: RegExp }>([
  { what: 'credentials', errors: [...SIGNATURES, ...TOKENS, ...CLOCKS], name: CREDENTIALS, words: OF_CREDENTIALS },
  { what: 'HTTP 401 and 403', errors: statuses(401, 403), name: CREDENTIALS, words: OF_CREDENTIALS },
  { what: 'an unreadable 403', errors: [unreadable(403)], name: CREDENTIALS, words: /The answer is not JSON\./ },
  { what: 'certificates', errors: CERTIFICATES, name: 'CertificateError', words: /Amazon Connect.*[A-Z_]+: words/ },
  { what: 'permissions', errors: DENIED, name: 'MissingPermissionError', words: MAY_NOT },
  { what: 'a setting', errors: [NO_REGION], name: 'MissingRegionError', words: /^no$/ },
  { what: 'a refusal', errors: [...named('InvalidRequestException'), failure(['A'], 400)], name: 'nothing' },
  { what: 'what passes, or a bug', errors: [...statuses(429), ...ofNode('ECONNREFUSED'), bug], name: 'nothing' },
])('of $what, $name is thrown for an operator, with the words of the service or of Node', row => {
  const { errors, name, words = /^/ } = row;
  const found = errors.map(error => ({ error, thrown: thrownFor(error) }));
  expect(
    found.filter(({ thrown }) => (thrown?.name ?? 'nothing') !== name || !words.test(`${thrown?.message}`)),
  ).toEqual([]);
});

test('the cause of a missing permission has none of the other fields of the answer', () => {
  const $metadata = { httpStatusCode: 403, requestId: 'r' };
  const { cause } = thrownFor(failure('AccessDeniedException', 403, { $metadata, customer: 'secret' })) ?? {};
  expect(cause).toEqual({ name: 'AccessDeniedException', message: 'words', requestId: 'r' });
});

const NOT_JSON = { name: 'SyntaxError', message: 'The answer is not JSON.' };
const LONG = 'x'.repeat(999);
test.each<{ what: string; error: unknown; met: object }>([
  { what: 'no other field', error: failure('E', 400, { customer: 'secret' }), met: {} },
  { what: 'a message, cut', error: failure('E', 400, { message: `${LONG}😀` }), met: { message: `${LONG}\ufffd` } },
  { what: 'the code of a reset', error: RESET, met: { name: 'ECONNRESET' } },
  { what: 'a name, cut', error: failure(LONG + LONG, 400), met: { name: `${LONG}x` } },
  { what: 'no name where it is no text', error: failure(['A'], 400), met: { name: 'UnknownError' } },
  { what: 'the code, without words', error: failure('E', 400, { message: '', code: 'C' }), met: { message: '"C"' } },
  { what: 'no words that could not be read', error: unreadable(400), met: NOT_JSON },
])('the log has of an error its name, message, status and request id: $what', ({ error, met }) => {
  Object.assign(error as object, { $metadata: { httpStatusCode: 400, requestId: 'r', attempts: 3 } });
  const always = { operation: 'Describe', name: 'E', message: 'words', httpStatusCode: 400, requestId: 'r' };
  expect(serviceError('Describe', error)).toEqual({ ...always, ...met });
});
