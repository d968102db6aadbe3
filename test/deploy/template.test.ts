import { readFileSync } from 'node:fs';
import type { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import { TIMEOUT_MS } from '../../scripts/lambda-context.ts';
import { REHYDRATION_TYPES } from '../../src/outcome.ts';
import { type Calls, logResult } from '../../src/report.ts';
import { CUSTOMER_IDENTITIES, readSettings, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { VERSION } from '../../src/version.ts';
import * as reader from './template-reader.ts';

const { at, fieldsOf, INSTANCE_ARN, listOf, properties, template, WITH_STORE } = reader;
type Parameters = reader.Parameters;

const read = (file: string) => readFileSync(file, 'utf8');

function environment(parameters: Parameters = {}): Record<string, string> {
  const variables = fieldsOf(at(properties('PersistentChatFunction', parameters), 'Environment', 'Variables'));
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

/** Whether the function starts: AWS CloudFormation generates and resolves the secret, and variables are text. */
function starts(variables: Record<string, string>): boolean {
  const { PasswordLength } = fieldsOf(properties('SessionStoreSecret', WITH_STORE)['GenerateSecretString']);
  const secret = 'x'.repeat(Number(PasswordLength));
  const SESSION_STORE_KEY = variables['SESSION_STORE_KEY']?.replace(/^\{\{resolve:.*\}\}$/, secret);
  try {
    readSettings({ ...variables, ...(SESSION_STORE_KEY && { SESSION_STORE_KEY }) });
    return true;
  } catch {
    return false;
  }
}

const names = Object.keys(fieldsOf(template['Parameters']));
const STORE = environment(WITH_STORE);

describe("the template's parameters", () => {
  test('have the defaults of the code; only the instance has none', () => {
    expect(names.filter(name => !(name in reader.defaults))).toEqual(['InstanceArn']);
    expect(readSettings(environment())).toEqual(readSettings({}));
  });

  test('are described, labelled and in one group each', () => {
    const console = at(template, 'Metadata', 'AWS::CloudFormation::Interface');
    const grouped = listOf(at(console, 'ParameterGroups')).flatMap(group => listOf(at(group, 'Parameters')));
    expect(grouped.toSorted()).toEqual(names.toSorted());
    expect(Object.keys(fieldsOf(at(console, 'ParameterLabels'))).sort()).toEqual(names.toSorted());
    for (const name of names) expect(String(at(template, 'Parameters', name, 'Description'))).toMatch(/\S{2}/);
    expect(at(template, 'Parameters', 'SessionStore', 'Description')).toMatch(/OFF deletes the table and its key/);
  });

  const YES_NO = ['Yes', 'No'];
  const CHOICES: { parameter: string; values: readonly string[] }[] = [
    { parameter: 'Enabled', values: YES_NO },
    { parameter: 'CreateFlowModule', values: YES_NO },
    { parameter: 'DefaultRehydrationType', values: REHYDRATION_TYPES },
    { parameter: 'SourceContactCheck', values: SOURCE_CONTACT_CHECKS },
    { parameter: 'CustomerIdentity', values: CUSTOMER_IDENTITIES },
    { parameter: 'SessionStore', values: ['OFF', 'ON'] },
    // AWS Lambda takes the metrics' lines for INFO, and drops them above it.
    { parameter: 'LogLevel', values: ['TRACE', 'DEBUG', 'INFO'] },
    { parameter: 'Architecture', values: ['arm64', 'x86_64'] },
  ];
  test.each(CHOICES)('offer these values of $parameter: $values', ({ parameter, values }) => {
    expect(at(template, 'Parameters', parameter, 'AllowedValues')).toEqual(values);
  });

  const TOGETHER = ['OFF', 'ON'].flatMap(store => REHYDRATION_TYPES.map(type => [store, type] as const));
  test.each(TOGETHER.flatMap(pair => SOURCE_CONTACT_CHECKS.map(check => [...pair, check] as const)))(
    'are refused together exactly where the function would not start: SessionStore=%s, %s with SourceContactCheck=%s',
    (SessionStore, DefaultRehydrationType, SourceContactCheck) => {
      const parameters = { SessionStore, DefaultRehydrationType, SourceContactCheck };
      expect(reader.rulesHold(parameters)).toBe(starts(environment(parameters)));
    },
  );

  const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
  const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';
  const ID = INSTANCE_ARN.split('/')[1] ?? '';
  /** With `variable`, the function itself takes and refuses the same values. */
  const VALUES: { parameter: string; variable?: string; taken: string[]; refused: string[] }[] = [
    {
      parameter: 'InstanceArn',
      taken: ['arn:aws:', 'arn:aws-us-gov:', 'arn:aws-cn:'].map(each => INSTANCE_ARN.replace('arn:aws:', each)),
      refused: ['', ID, `${INSTANCE_ARN}/`, `${INSTANCE_ARN}/contact/${ID}`],
    },
    {
      parameter: 'SourceContactIdAttribute',
      taken: ['sourceContactId', 'A_9-z'],
      refused: ['', 'a b', 'a.b', '$', 'é'],
    },
    { parameter: 'CustomerIdAttribute', taken: ['A_9-z'], refused: ['', 'a b', 'a.b', '$', 'é'] },
    {
      parameter: 'CustomerIdAttribute',
      variable: 'CUSTOMER_ID_ATTRIBUTE',
      taken: ['customerId', 'my-HostedWidget-id'],
      refused: ['HostedWidget-customerId', 'hostedwidget-id'],
    },
    { parameter: 'SessionStoreDays', variable: 'SESSION_STORE_DAYS', taken: ['1', '730'], refused: ['0', '731'] },
    { parameter: 'AlarmTopicArn', taken: ['', TOPIC], refused: ['nonsense', `${TOPIC}:more`, INSTANCE_ARN] },
    { parameter: 'AlarmMinChats', taken: ['1', '1000'], refused: ['0'] },
    { parameter: 'AlarmSharePercent', taken: ['1', '100'], refused: ['0', '101'] },
    { parameter: 'SuccessRateAlarmPercent', taken: ['1', '100'], refused: ['0', '101'] },
    { parameter: 'NoHistoryAlarmMinChats', taken: ['1', '1000'], refused: ['0'] },
    // Those that CloudWatch Logs takes.
    { parameter: 'LogRetentionDays', taken: ['1', '30', '365', '3653'], refused: ['0', '2', '31', '3654'] },
    { parameter: 'FunctionTimeout', taken: ['1', '60'], refused: ['0', '61'] },
    { parameter: 'ReservedConcurrency', taken: ['0', '1000'], refused: ['-1'] },
    {
      parameter: 'PermissionsBoundaryArn',
      taken: ['', BOUNDARY, 'arn:aws-us-gov:iam::aws:policy/job-function/Boundary'],
      refused: ['Boundary', BOUNDARY.replace('policy', 'role'), `${BOUNDARY} more`, INSTANCE_ARN],
    },
    {
      parameter: 'ConnectEndpointUrl',
      variable: 'AWS_ENDPOINT_URL_CONNECT',
      taken: [
        ...['', 'https://connect.example.com', 'https://connect.example.com:8443/path?x=1', 'http://localhost'],
        ...['http://localhost:8075/', 'http://127.0.0.1:8075', 'http://127.1.2.3/path', 'http://[::1]:8075'],
        ...['http://host.docker.internal:8075', 'http://172.16.0.1:8075', 'http://172.31.255.255', 'http://10.88.0.1'],
      ],
      refused: [
        ...['nonsense', 'https://', 'ftp://localhost', 'http://connect.example.com', 'http://localhost.example.com'],
        ...['http://localhost@example.com', 'http://localhost:80@example.com', 'http://127.0.0.1.example.com'],
        ...['http://128.0.0.1', 'http://172.15.0.1', 'http://172.32.0.1', 'http://10.87.0.1', 'http://192.168.0.1'],
        'http://[::2]',
      ],
    },
  ];
  test.each(VALUES)('take these values of $parameter: $taken, not: $refused', ({ parameter, variable, ...values }) => {
    const { Type, AllowedPattern, AllowedValues, MinValue, MaxValue } = fieldsOf(at(template, 'Parameters', parameter));
    const { taken, refused } = values;
    const accepted = [...taken, ...refused].filter(value =>
      Type === 'Number'
        ? Number(value) >= Number(MinValue ?? -Infinity) &&
          Number(value) <= Number(MaxValue ?? Infinity) &&
          (AllowedValues === undefined || listOf(AllowedValues).includes(Number(value)))
        : new RegExp(String(AllowedPattern)).test(value),
    );
    expect(accepted).toEqual(taken);
    const starting = [...taken, ...refused].filter(value => variable && starts({ ...STORE, [variable]: value }));
    expect(starting).toEqual(variable ? taken : []);
  });

  test('have a row each in one of these tables', () => {
    const rows = [...CHOICES, ...VALUES].map(({ parameter }) => parameter);
    expect([...new Set(rows)].toSorted()).toEqual(names.toSorted());
  });
});

describe('the function', () => {
  test('runs what the Makefile builds', () => {
    expect(at(template, 'Resources', 'PersistentChatFunction', 'Metadata')).toEqual({ BuildMethod: 'makefile' });
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
  expect(first.properties.markdown).toMatch(new RegExp(`\\bversion \\*\\*${VERSION}\\*\\*\\. Enabled: \\*\\*No\\*\\*`));
  for (const file of ['examples/terraform/main.tf', 'examples/cdk/app.ts', 'docs/install.md']) {
    const named = new Set(read(file).match(/persistent-chat-\d[\d.]*\d|\bVERSION=\d[\d.]*/g));
    expect(new Set([...named].map(each => each.replace(/^.*[-=]/, '')))).toEqual(new Set([VERSION]));
  }
  expect(/^## \[(\d.*?)\]/m.exec(read('CHANGELOG.md'))?.[1]).toBe(VERSION);
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
