import { describe, expect, test } from '@jest/globals';
import {
  InvalidResponseError,
  isRetryable,
  serviceError,
  throwOperatorErrors,
  unavailableReason,
} from '../../src/aws/service-error.ts';
import { MissingRegionError } from '../../src/errors.ts';

/** An error as the SDK throws it: of a name, an HTTP status, and what else there may be. */
function failure(name: unknown, status?: number, more: object = {}): unknown {
  return Object.assign(new Error('words'), { name, $metadata: { httpStatusCode: status }, ...more });
}
/** The mark that the SDK puts on every answer whose time is off by minutes. */
const corrected = (name: string, status: number) =>
  failure(name, status, { $metadata: { httpStatusCode: status, clockSkewCorrected: true } });
const ofNode = (code: string, error = new Error('words')) => Object.assign(error, { code });
const unreadable = (status: number) =>
  Object.assign(new SyntaxError('customer-secret is not JSON'), {
    $response: {},
    $metadata: { httpStatusCode: status },
  });

/** What each error comes to, beside the error, so that a failure names it. */
const judged = (errors: unknown[], judge: (error: unknown) => unknown) => errors.map(error => [error, judge(error)]);
const all = (errors: unknown[], expected: unknown) => errors.map(error => [error, expected]);

describe('a request is made again', () => {
  test.each([
    [
      'THROTTLED',
      [failure('ThrottlingException', 429), failure('SomethingNew', 429), failure('ThrottlingException', 400)],
    ],
    [
      'SERVICE_UNAVAILABLE',
      [
        ...[302, 408, 500, 502, 599].map(status => failure('SomethingNew', status)),
        failure('RequestTimeoutException', 400),
        failure(['A'], 500),
        failure('TimeoutError', undefined, { code: 'ECONNRESET' }),
        ...['ENOTFOUND', 'HPE_INVALID_CONSTANT', 'ERR_STREAM_PREMATURE_CLOSE'].map(code => ofNode(code)),
        unreadable(200),
        new InvalidResponseError('no id', { httpStatusCode: 200 }),
      ],
    ],
    ['TIMED_OUT', [failure('TimeoutError'), failure('TimeoutError', undefined, { code: 'ETIMEDOUT' })]],
  ])('after what is %s in the end', (reason, errors) => {
    expect(judged(errors, isRetryable)).toEqual(all(errors, true));
    expect(judged(errors, unavailableReason)).toEqual(all(errors, reason));
  });

  test("after the SDK has set its clock right, and a clock that stays wrong is an operator's to fix", () => {
    const errors = [
      corrected('InvalidSignatureException', 403),
      corrected('AccessDeniedException', 403),
      corrected('RequestTimeTooSkewed', 400),
    ];
    expect(judged(errors, isRetryable)).toEqual(all(errors, true));
    expect(judged(errors, unavailableReason)).toEqual(all(errors, undefined));
  });

  test('but not after what would be the same the next time', () => {
    const errors = [
      ...[400, 401, 402, 403, 404, 409, 410, 413, 418].map(status => failure('SomethingNew', status)),
      failure('InvalidSignatureException', 403),
      corrected('ResourceNotFoundException', 404),
      failure(['A'], 400),
      unreadable(400),
      ofNode('ERR_INVALID_CHAR', new TypeError('a header')),
      ofNode('CERT_HAS_EXPIRED'),
      new MissingRegionError(undefined),
      new Error('a bug'),
    ];
    expect(judged(errors, isRetryable)).toEqual(all(errors, false));
    expect(judged(errors, unavailableReason)).toEqual(all(errors, undefined));
  });
});

describe('what only an operator can fix', () => {
  /** The name of what is thrown, if anything is. */
  function thrownFor(error: unknown): string | undefined {
    try {
      throwOperatorErrors('Amazon Connect', error);
      return undefined;
    } catch (thrown) {
      return (thrown as Error).name;
    }
  }

  test('is credentials that are not accepted', () => {
    const errors = [
      failure('SomethingNew', 401),
      failure('SomethingNew', 403),
      failure('ExpiredTokenException', 400),
      failure('UnrecognizedClientException', 400),
      failure('InvalidSignatureException', 400),
      failure('MissingAuthenticationTokenException', 400),
    ];
    expect(judged(errors, thrownFor)).toEqual(all(errors, 'CredentialsError'));
    expect(() => throwOperatorErrors('Amazon Connect', errors[2])).toThrow(/^Amazon Connect .*ExpiredToken.*words/);
  });

  test('is a certificate that is not accepted', () => {
    const errors = [
      'CERT_HAS_EXPIRED',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'HOSTNAME_MISMATCH',
      'INVALID_CA',
    ].map(code => ofNode(code));
    expect(judged(errors, thrownFor)).toEqual(all(errors, 'CertificateError'));
    expect(() => throwOperatorErrors('Amazon Connect', errors[0])).toThrow(/Amazon Connect.*CERT_HAS_EXPIRED: words/);
  });

  test('is what was found out before: the error itself', () => {
    const error = new MissingRegionError('');
    expect(() => throwOperatorErrors('Amazon Connect', error)).toThrow(error);
  });

  test('is nothing else', () => {
    const errors = [
      failure('InvalidRequestException', 400),
      failure(['A'], 400),
      failure('ThrottlingException', 429),
      ofNode('ECONNREFUSED'),
      new Error('a bug'),
    ];
    expect(judged(errors, thrownFor)).toEqual(all(errors, undefined));
  });
});

describe('what the log has of an error', () => {
  test('is its operation, name, message, status and request id, and nothing else of the answer', () => {
    const error = failure('InvalidRequestException', 400, {
      $metadata: { httpStatusCode: 400, requestId: 'r', attempts: 3 },
      customer: 'secret',
    });
    expect(serviceError('DescribeContact', error)).toEqual({
      operation: 'DescribeContact',
      name: 'InvalidRequestException',
      message: 'words',
      httpStatusCode: 400,
      requestId: 'r',
    });
  });

  test.each([
    ['the message, cut', failure('E', 400, { message: 'x'.repeat(5_000) }), { message: 'x'.repeat(1_000) }],
    [
      'a message that is cut in a character',
      failure('E', 400, { message: `${'x'.repeat(999)}😀` }),
      { message: `${'x'.repeat(999)}\ufffd` },
    ],
    ['the name, cut', failure('x'.repeat(5_000), 400), { name: 'x'.repeat(1_000) }],
    ['no name, where it is no text', failure(['A'], 400), { name: 'UnknownError' }],
    ['no words of an answer that could not be read', unreadable(200), { message: 'The answer is not JSON.' }],
    [
      'the code, where there are no words',
      ofNode('ECONNREFUSED', new AggregateError([])),
      { message: '"ECONNREFUSED"' },
    ],
  ])('is %s', (_, error, expected) => {
    expect(serviceError('DescribeContact', error)).toMatchObject(expected);
  });
});
