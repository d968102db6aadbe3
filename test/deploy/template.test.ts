import { readFileSync } from 'node:fs';
import type { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import { TIMEOUT_MS } from '../../scripts/lambda-context.ts';
import { REHYDRATION_TYPES } from '../../src/outcome.ts';
import { type Calls, logResult } from '../../src/report.ts';
import { CUSTOMER_IDENTITIES, ENVIRONMENT_VARIABLES, readSettings, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { VERSION } from '../../src/version.ts';
import * as reader from './template-reader.ts';

const { at, fieldsOf, INSTANCE_ARN, listOf, properties, resources, template, WITH_STORE, WITHOUT_STORE } = reader;
type Parameters = reader.Parameters;
type Value = reader.Value;

const CONTACTS = `${INSTANCE_ARN}/contact/*`;
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

describe("the template's parameters", () => {
  test('have the defaults of the code each, but for the instance', () => {
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

  test.each([
    ['DefaultRehydrationType', REHYDRATION_TYPES],
    ['CustomerIdentity', CUSTOMER_IDENTITIES],
    ['SourceContactCheck', SOURCE_CONTACT_CHECKS],
    // AWS Lambda takes the metrics' lines for INFO, and drops them above it.
    ['LogLevel', ['DEBUG', 'INFO', 'TRACE']],
  ])('offer what the code knows: %s', (name, values) => {
    expect(listOf(at(template, 'Parameters', name, 'AllowedValues')).toSorted()).toEqual(values.toSorted());
  });

  const TOGETHER = ['OFF', 'ON'].flatMap(store => REHYDRATION_TYPES.map(type => [store, type] as const));
  test.each(TOGETHER.flatMap(pair => SOURCE_CONTACT_CHECKS.map(check => [...pair, check] as const)))(
    'are refused together exactly where the function would not start: SessionStore=%s, %s with SourceContactCheck=%s',
    (SessionStore, DefaultRehydrationType, SourceContactCheck) => {
      const parameters = { SessionStore, DefaultRehydrationType, SourceContactCheck };
      expect(reader.rulesHold(parameters)).toBe(starts(environment(parameters)));
    },
  );

  test.each([0, 1, 730, 731])('take what the function takes: SessionStoreDays=%d', SessionStoreDays => {
    const { MinValue, MaxValue } = fieldsOf(at(template, 'Parameters', 'SessionStoreDays'));
    const taken = SessionStoreDays >= Number(MinValue) && SessionStoreDays <= Number(MaxValue);
    expect(taken).toBe(starts(environment({ ...WITH_STORE, SessionStoreDays })));
    expect(taken).toBe(SessionStoreDays === 1 || SessionStoreDays === 730);
  });

  const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';
  const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
  const PARTITIONS = ['arn:aws:', 'arn:aws-us-gov:', 'arn:aws-cn:'].map(each => INSTANCE_ARN.replace('arn:aws:', each));
  const ID = INSTANCE_ARN.split('/')[1];
  const CUSTOMER_ID = ['CustomerIdAttribute', 'CUSTOMER_ID_ATTRIBUTE'] as const;
  const ENDPOINT = ['ConnectEndpointUrl', 'AWS_ENDPOINT_URL_CONNECT'] as const;
  test.each<[parameter: string, variable: string, taken: boolean, values: string]>([
    ['InstanceArn', '', true, PARTITIONS.join(' ')],
    ['Enabled', 'ENABLED', true, 'Yes No yes NO true False'],
    ['Enabled', 'ENABLED', false, 'on off 1 yes! nope'],
    ['InstanceArn', '', false, ` ${ID} ${INSTANCE_ARN}/ ${INSTANCE_ARN}/contact/${ID}`],
    ['AlarmTopicArn', '', true, ` ${TOPIC}`],
    ['AlarmTopicArn', '', false, 'nonsense'],
    ['PermissionsBoundaryArn', '', true, ` ${BOUNDARY} arn:aws-us-gov:iam::aws:policy/job-function/Boundary`],
    ['PermissionsBoundaryArn', '', false, `Boundary ${BOUNDARY.replace('policy', 'role')} ${INSTANCE_ARN}`],
    [...CUSTOMER_ID, true, 'customerId my-HostedWidget-id'],
    [...CUSTOMER_ID, false, 'HostedWidget-customerId hostedwidget-id'],
    [...ENDPOINT, true, ' https://connect.example.com https://connect.example.com:8443/path?x=1 http://localhost'],
    [...ENDPOINT, true, 'http://localhost:8075/ http://127.0.0.1:8075 http://127.1.2.3/path http://[::1]:8075'],
    [...ENDPOINT, true, 'http://host.docker.internal:8075 http://172.16.0.1:8075 http://172.31.255.255'],
    [...ENDPOINT, true, 'http://10.88.0.1'],
    [...ENDPOINT, false, 'nonsense https:// ftp://localhost http://connect.example.com http://localhost.example.com'],
    [...ENDPOINT, false, 'http://localhost@example.com http://localhost:80@example.com http://127.0.0.1.example.com'],
    [...ENDPOINT, false, 'http://128.0.0.1 http://172.15.0.1 http://172.32.0.1 http://10.87.0.1 http://192.168.0.1'],
    [...ENDPOINT, false, 'http://[::2]'],
  ])('take what the function takes: %s, %s, %s: %s', (parameter, variable, taken, values) => {
    const pattern = new RegExp(String(at(template, 'Parameters', parameter, 'AllowedPattern')));
    for (const value of values.split(' ')) {
      const started = variable === '' ? taken : starts({ [variable]: value });
      expect([value, pattern.test(value), started]).toEqual([value, taken, taken]);
    }
  });
});

describe('the function', () => {
  test('has every variable that the code reads, with the value of its setting', () => {
    const given = {
      ...Object.fromEntries(names.map(name => [name, name])),
      SessionStore: 'ON',
      'AWS::StackName': 'shop',
    };
    const variables = {
      ENABLED: 'Enabled',
      DEFAULT_REHYDRATION_TYPE: 'DefaultRehydrationType',
      SOURCE_CONTACT_ID_ATTRIBUTE: 'SourceContactIdAttribute',
      SOURCE_CONTACT_CHECK: 'SourceContactCheck',
      CUSTOMER_IDENTITY: 'CustomerIdentity',
      CUSTOMER_ID_ATTRIBUTE: 'CustomerIdAttribute',
      SESSION_STORE_TABLE: 'SessionStoreTable',
      SESSION_STORE_KEY: '{{resolve:secretsmanager:SessionStoreSecret:SecretString}}',
      SESSION_STORE_DAYS: 'SessionStoreDays',
      // The metrics' dimension: two stacks never share theirs.
      POWERTOOLS_SERVICE_NAME: 'shop',
      POWERTOOLS_LOG_LEVEL: 'LogLevel',
      AWS_ENDPOINT_URL_CONNECT: 'ConnectEndpointUrl',
    };
    expect(environment(given)).toEqual(variables);
    expect(Object.keys(variables).sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
    expect(properties('PersistentChatFunction', given)).toMatchObject({
      Architectures: ['Architecture'],
      Timeout: 'FunctionTimeout',
      ReservedConcurrentExecutions: 'ReservedConcurrency',
      LoggingConfig: { ApplicationLogLevel: 'LogLevel' },
    });
  });

  test('has no variable and no reservation, which would switch it off, for a setting that is empty', () => {
    expect(environment()).not.toHaveProperty('AWS_ENDPOINT_URL_CONNECT');
    expect(properties('PersistentChatFunction')).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('runs what the Makefile builds', () => {
    expect(at(template, 'Resources', 'PersistentChatFunction', 'Metadata')).toEqual({ BuildMethod: 'makefile' });
    expect(read('Makefile')).toMatch(/^build-PersistentChatFunction:\n(\t.*\n)*\tnpm ci\n\tnpm run build\n/m);
    expect(properties('PersistentChatFunction')).toMatchObject({ CodeUri: '.', Handler: 'handler.handler' });
  });

  test('has the timeout that local runs give it, and answers before the flow module stops waiting', () => {
    const { Timeout } = properties('PersistentChatFunction');
    expect(Timeout).toBe(TIMEOUT_MS / 1_000);
    const content = JSON.parse(String(properties('PersistentChatFlowModule')['Content']));
    expect(Timeout).toBeLessThan(Number(content.Actions[0].Parameters.InvocationTimeLimitSeconds));
  });

  test('is invoked by Amazon Connect alone, from this instance and account', () => {
    const connect = { Principal: 'connect.amazonaws.com', SourceArn: INSTANCE_ARN, SourceAccount: '123456789012' };
    const invoke = { FunctionName: 'PersistentChatFunction', Action: 'lambda:InvokeFunction' };
    expect(properties('PersistentChatPermission')).toEqual({ ...invoke, ...connect });
  });

  test('gets nothing from SAM: no globals, no connectors, no role, no events, no URL', () => {
    expect(template).not.toHaveProperty('Globals');
    const keys = Object.keys(fieldsOf(at(template, 'Resources', 'PersistentChatFunction')));
    expect(keys.sort()).toEqual(['Metadata', 'Properties', 'Type']);
    const { Role, ...others } = properties('PersistentChatFunction');
    expect(Role).toBe('PersistentChatRole.Arn');
    for (const more of ['Events', 'FunctionUrlConfig', 'Policies']) expect(others).not.toHaveProperty(more);
  });
});

describe("the function's role", () => {
  const allow = (Action: Value, Resource: Value) => ({ Effect: 'Allow', Action, Resource });
  test.each<[Parameters, checks: boolean, Value[]]>([
    [{ SourceContactCheck: 'OFF' }, false, []],
    [{ SourceContactCheck: 'CONTACT' }, true, []],
    [WITH_STORE, true, [allow('dynamodb:UpdateItem', 'SessionStoreTable.Arn')]],
  ])('may do what the function calls and nothing else, with %j', (parameters, checks, store) => {
    const role = properties('PersistentChatRole', parameters);
    const more = checks ? ['connect:DescribeContact'] : [];
    expect(listOf(role['Policies']).flatMap(policy => listOf(at(policy, 'PolicyDocument', 'Statement')))).toEqual([
      allow(['connect:CreatePersistentContactAssociation', ...more], [INSTANCE_ARN, CONTACTS]),
      ...(checks ? [allow('connect:ListAssociatedContacts', CONTACTS)] : []),
      ...store,
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'PersistentChatLogGroup.Arn'),
      allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
    ]);
    expect(Object.keys(role).sort()).toEqual(['AssumeRolePolicyDocument', 'Policies']);
    const bounded = properties('PersistentChatRole', { ...parameters, PermissionsBoundaryArn: 'bound' });
    expect(bounded).toEqual({ ...role, PermissionsBoundary: 'bound' });
    const assume = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    expect(at(role, 'AssumeRolePolicyDocument', 'Statement')).toEqual([assume]);
  });
});

describe('the session store', () => {
  test('off, is nothing at all', () => {
    expect(JSON.stringify(reader.deployed(WITHOUT_STORE))).not.toMatch(/SESSION_STORE_\w+|dynamodb|secretsmanager/i);
  });

  test('on, is a table, a secret and an alarm more, and nothing else', () => {
    const typesOf = (given: Parameters) => Object.values(resources(given)).map(each => String(at(each, 'Type')));
    const more = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::CloudWatch::Alarm'];
    expect(typesOf(WITH_STORE).toSorted()).toEqual([...typesOf(WITHOUT_STORE), ...more].toSorted());
  });

  test('is a table on demand that deletes what has expired, without backups, whose key the code writes', () => {
    expect(properties('SessionStoreTable', WITH_STORE)).toEqual({
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test.each(['SessionStoreTable', 'SessionStoreSecret'])('is deleted when it is switched off: %s', name => {
    expect(resources(WITH_STORE)[name]).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });
});

test('the saved query shows every field that the function logs for one contact', () => {
  const { LogGroupNames, QueryString } = properties('ContactHistoryQuery');
  expect(LogGroupNames).toEqual(['PersistentChatLogGroup']);
  expect(QueryString).toContain('filter contactId = "CONTACT-ID"');
  const logged: string[] = [];
  const logger = { info: (_: string, fields: object) => logged.push(...Object.keys(fields)) };
  const calls = { attempts: {}, errors: {} } as unknown as Calls;
  logResult(logger as unknown as Logger, { outcome: { status: 'NO_SOURCE_CONTACT' } }, calls, 1);
  expect(logged).toContain('associationStatus');
  expect(String(QueryString).match(/\w+/g)).toEqual(expect.arrayContaining(logged));
});

test('the stack names what flow authors and operators need', () => {
  const outputs = Object.entries(fieldsOf(reader.deployed()['Outputs']));
  expect(Object.fromEntries(outputs.map(([name, output]) => [name, at(output, 'Value')]))).toEqual({
    Version: VERSION,
    FunctionArn: 'PersistentChatFunction.Arn',
    FlowModuleArn: 'PersistentChatFlowModule',
    LogGroupName: 'PersistentChatLogGroup',
    DashboardName: 'PersistentChatDashboard',
  });
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
