import { readFileSync } from 'node:fs';
import type { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import { TIMEOUT_MS } from '../../local/lambda/context.ts';
import { REHYDRATION_TYPES } from '../../src/outcome.ts';
import { type Calls, logResult } from '../../src/report.ts';
import { CUSTOMER_IDENTITIES, readSettings, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { VERSION } from '../../src/version.ts';
import { INSTANCE_ARN, type Parameters, properties, rulesHold, template, WITH_STORE, ZIP } from './template-reader.ts';

const read = (file: string) => readFileSync(file, 'utf8');

/** The function's variables: texts, and the secret that CloudFormation generates and resolves. */
function environment(parameters?: Parameters): Record<string, string> {
  const { Variables } = Object(properties('PersistentChatFunction', parameters)['Environment']);
  const texts = Object.entries(Variables).map(([name, value]) => [name, `${value}`.replace(/^\{\{.*/, 'x'.repeat(64))]);
  return Object.fromEntries(texts);
}

function starts(variables: Record<string, string>): boolean {
  try {
    readSettings(variables);
    return true;
  } catch {
    return false;
  }
}

const names = Object.keys(template.Parameters);
const STORE = environment(WITH_STORE);

describe("the template's parameters", () => {
  test('have the defaults of the code; only the instance and the code itself have none', () => {
    const required = names.filter(name => template.Parameters[name]?.Default === undefined);
    expect(required).toEqual(['InstanceArn', 'CodeBucket', 'CodeKey']);
    expect(readSettings(environment())).toEqual(readSettings({}));
  });

  test('are described, labelled and in one group each', () => {
    const { ParameterGroups, ParameterLabels } = template.Metadata['AWS::CloudFormation::Interface'];
    const grouped = ParameterGroups.flatMap(group => group.Parameters);
    expect(grouped.toSorted()).toEqual(names.toSorted());
    expect(Object.keys(ParameterLabels).toSorted()).toEqual(names.toSorted());
    for (const { Description } of Object.values(template.Parameters)) expect(Description).toMatch(/\S{2}/);
    expect(template.Parameters['SessionStore']?.Description).toMatch(/OFF deletes the table and its key/);
  });

  const TOGETHER = REHYDRATION_TYPES.flatMap(DefaultRehydrationType =>
    SOURCE_CONTACT_CHECKS.map(SourceContactCheck => ({ DefaultRehydrationType, SourceContactCheck })),
  ).flatMap(pair => [pair, { ...pair, SessionStore: 'ON' }]);
  test.each(TOGETHER)('are refused together exactly where the function would not start: %j', parameters => {
    expect(rulesHold(parameters)).toBe(starts(environment(parameters)));
  });

  const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
  const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';
  const ID = INSTANCE_ARN.split('/')[1] ?? '';
  const ON_OFF = ['Yes', 'No', 'yes', 'NO', 'true', 'False'];
  const NO_NAMES = ['', 'a b', 'a.b', '$', 'é'];
  const OF_WIDGET = ['HostedWidget-customerId', 'hostedwidget-id'];
  const RETENTION_DAYS = '1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653';
  const urls = (hosts: string) => hosts.split(' ').map(host => `http://${host}`);
  const HERE = urls('localhost:80/ 127.1.2.3 [::1]:80 host.docker.internal 172.16.0.1 172.31.255.255 10.88.0.1');
  const NAMED = urls('a.example localhost.example localhost@a.example localhost:80@a.example 127.0.0.1.example');
  const ADDRESSES = urls('128.0.0.1 172.15.0.1 172.32.0.1 10.87.0.1 192.168.0.1 [::2]');
  /** With `variable`, the function itself takes and refuses the same values. */
  const VALUES: { parameter: string; variable?: string; taken: readonly string[]; refused?: string[] }[] = [
    { parameter: 'Enabled', variable: 'ENABLED', taken: ON_OFF, refused: ['on', 'off', '1', 'yes!', 'nope'] },
    { parameter: 'CreateFlowModule', taken: ['Yes', 'No'] },
    { parameter: 'DefaultRehydrationType', taken: REHYDRATION_TYPES },
    { parameter: 'SourceContactCheck', taken: SOURCE_CONTACT_CHECKS },
    { parameter: 'CustomerIdentity', variable: 'CUSTOMER_IDENTITY', taken: CUSTOMER_IDENTITIES },
    { parameter: 'SessionStore', taken: ['OFF', 'ON'] },
    // AWS Lambda takes the metrics' lines for INFO, and drops them above it.
    { parameter: 'LogLevel', variable: 'POWERTOOLS_LOG_LEVEL', taken: ['TRACE', 'DEBUG', 'INFO'] },
    { parameter: 'Architecture', taken: ['arm64', 'x86_64'] },
    {
      parameter: 'InstanceArn',
      taken: ['arn:aws:', 'arn:aws-us-gov:', 'arn:aws-cn:'].map(each => INSTANCE_ARN.replace('arn:aws:', each)),
      refused: ['', ID, `${INSTANCE_ARN}/`, `${INSTANCE_ARN}/contact/${ID}`, INSTANCE_ARN.replace('connect', 'lex')],
    },
    { parameter: 'SourceContactIdAttribute', taken: ['A_9-z'], refused: NO_NAMES },
    { parameter: 'CustomerIdAttribute', taken: ['A_9-z', 'my-HostedWidget-id'], refused: NO_NAMES },
    { parameter: 'CustomerIdAttribute', variable: 'CUSTOMER_ID_ATTRIBUTE', taken: ['customerId'], refused: OF_WIDGET },
    { parameter: 'SessionStoreDays', variable: 'SESSION_STORE_DAYS', taken: ['1', '730'], refused: ['0', '731'] },
    { parameter: 'AlarmTopicArn', taken: ['', TOPIC], refused: ['x', `${TOPIC}:more`, TOPIC.replace('sns', 'sqs')] },
    { parameter: 'AlarmMinChats', taken: ['1', '1000'], refused: ['0'] },
    { parameter: 'AlarmSharePercent', taken: ['1', '100'], refused: ['0', '101'] },
    { parameter: 'SuccessRateAlarmPercent', taken: ['1', '100'], refused: ['0', '101'] },
    { parameter: 'NoHistoryAlarmMinChats', taken: ['1', '1000'], refused: ['0'] },
    // As CloudWatch Logs has them.
    { parameter: 'LogRetentionDays', taken: RETENTION_DAYS.split(' ') },
    { parameter: 'FunctionTimeout', taken: ['1', '60'], refused: ['0', '61'] },
    { parameter: 'ReservedConcurrency', taken: ['0', '1000'], refused: ['-1'] },
    {
      parameter: 'PermissionsBoundaryArn',
      taken: ['', BOUNDARY, 'arn:aws-us-gov:iam::aws:policy/job-function/Boundary'],
      refused: ['Boundary', BOUNDARY.replace('policy', 'role'), BOUNDARY.replace('iam', 'sts'), `${BOUNDARY} more`],
    },
    {
      parameter: 'ConnectEndpointUrl',
      variable: 'AWS_ENDPOINT_URL_CONNECT',
      taken: ['', 'https://connect.example.com:8443/path?x=1', ...HERE],
      refused: ['nonsense', 'https://', 'ftp://localhost', ...NAMED, ...ADDRESSES],
    },
    { parameter: 'CodeBucket', taken: ['my-bucket.1'], refused: ['', 'ab', 'My-bucket', 's3://bucket', 'a-bucket/'] },
    // Template and code are of one release.
    {
      parameter: 'CodeKey',
      taken: [ZIP, `a/b/${ZIP}`],
      refused: ['persistent-chat-0.0.1.zip', ZIP.replace('.', 'x'), `x${ZIP}`, `${ZIP}.bak`],
    },
  ];
  test.each(VALUES)('take just these values of $parameter: $taken', ({ parameter, variable, taken, refused = [] }) => {
    const { AllowedValues, AllowedPattern, MinValue = NaN, MaxValue = Infinity } = template.Parameters[parameter] ?? {};
    const choices = AllowedValues?.map(String);
    const isTaken = (value: string) => {
      if (choices) return choices.includes(value);
      if (AllowedPattern) return new RegExp(AllowedPattern).test(value);
      return Number(value) >= MinValue && Number(value) <= MaxValue;
    };
    const values = [...new Set([...(choices ?? []), ...taken, ...refused])];
    expect(values.filter(isTaken)).toEqual(taken);
    if (variable) expect(values.filter(value => starts({ ...STORE, [variable]: value }))).toEqual(taken);
  });

  test('have a row each in this table', () => {
    expect(new Set(VALUES.map(({ parameter }) => parameter))).toEqual(new Set(names));
  });
});

describe('the function', () => {
  test('runs what the Makefile builds', () => {
    expect(read('template.yaml')).toMatch(/^ {2}PersistentChatFunction:\n( {4}.*\n)* {6}BuildMethod: makefile$/m);
    expect(read('Makefile')).toMatch(/^build-PersistentChatFunction:\n(\t.*\n)*\tnpm ci\n\tnpm run build\n/m);
  });

  test('has the timeout that local runs give it, and answers before the flow module stops waiting', () => {
    const { Timeout } = properties('PersistentChatFunction');
    expect(Timeout).toBe(TIMEOUT_MS / 1_000);
    const content = JSON.parse(String(properties('PersistentChatFlowModule')['Content']));
    expect(Timeout).toBeLessThan(Number(content.Actions[0].Parameters.InvocationTimeLimitSeconds));
  });
});

test('the saved query shows every field that the function logs for one contact', () => {
  const { QueryString } = properties('ContactHistoryQuery');
  expect(QueryString).toContain('filter contactId = "CONTACT-ID"');
  const logged: string[] = [];
  const logger = { info: (_: string, fields: object) => logged.push(...Object.keys(fields)) };
  const calls = { attempts: {}, errors: {} } as unknown as Calls;
  logResult(logger as unknown as Logger, { outcome: { status: 'NO_SOURCE_CONTACT' } }, calls, 1);
  expect(logged).toContain('associationStatus');
  expect(String(QueryString).match(/\w+/g)).toEqual(expect.arrayContaining(logged));
});

test('one version stands in package.json and its lock file, the code, the outputs, on the dashboard, in the changelog and the examples', () => {
  for (const file of ['package.json', 'package-lock.json']) expect(JSON.parse(read(file)).version).toBe(VERSION);
  const [first] = JSON.parse(String(properties('PersistentChatDashboard', { Enabled: 'No' })['DashboardBody'])).widgets;
  expect(first.properties.markdown).toContain(`version **${VERSION}**. Enabled: **No** by its setting`);
  for (const file of ['examples/terraform/main.tf', 'examples/cdk/app.ts', 'docs/install.md']) {
    const named = read(file).matchAll(/(?:persistent-chat-|\bVERSION=)(\d+\.\d+\.\d+(?:-\w+)?)/g);
    expect(new Set(Array.from(named, ([, version]) => version))).toEqual(new Set([VERSION]));
  }
  const [, newest] = /^## (.*)$/m.exec(read('CHANGELOG.md')) ?? [];
  expect(newest?.replace(/ - \d{4}-\d\d-\d\d$/, '')).toBe(VERSION.endsWith('-dev') ? '[Unreleased]' : `[${VERSION}]`);
});

test("the template names no partition, Region or account, and nothing at which the SAM CLI's YAML reader stops", () => {
  const text = read('template.yaml');
  const named = text.replace(/^ *(#|AllowedPattern:|ConstraintDescription:).*$/gm, '');
  expect(named).not.toMatch(/arn:aws|\b[a-z]{2}-[a-z]+-\d\b|\b\d{12}\b/);
  // An unquoted question mark inside braces.
  expect(text).not.toMatch(/\{[^'"{}\n]*\?[^'"{}\n]*\}/);
});

test('"sam deploy" deploys what "sam build" made, and fails without it', () => {
  const [, deploy] = read('samconfig.toml').split('[default.deploy.parameters]');
  expect(deploy).toMatch(/^template = "\.aws-sam\/build\/template\.yaml"$/m);
});
