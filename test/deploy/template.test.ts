import { readFileSync } from 'node:fs';
import type { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import { TIMEOUT_MS } from '../../scripts/lambda-context.ts';
import { REHYDRATION_TYPES } from '../../src/outcome.ts';
import { type Calls, logResult } from '../../src/report.ts';
import { CUSTOMER_IDENTITIES, ENVIRONMENT_VARIABLES, readSettings, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { VERSION } from '../../src/version.ts';
import * as reader from './template-reader.ts';

const { at, fieldsOf, INSTANCE_ARN, listOf, properties, resources, textOf, WITH_STORE, WITHOUT_STORE } = reader;
type Parameters = reader.Parameters;
type Value = reader.Value;

const CONTACTS = `${INSTANCE_ARN}/contact/*`;
const GENERATED_SECRET = 'x'.repeat(64);

const text = readFileSync('template.yaml', 'utf8');
const template = reader.readTemplate();

function environment(parameters: Parameters = {}): Record<string, string> {
  const variables = fieldsOf(at(properties('PersistentChatFunction', parameters), 'Environment', 'Variables'));
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

/** Whether the function starts: AWS CloudFormation resolves the secret, and variables are text. */
function starts(variables: Record<string, string>): boolean {
  const SESSION_STORE_KEY = variables['SESSION_STORE_KEY']?.replace(/^\{\{resolve:.*\}\}$/, GENERATED_SECRET);
  try {
    readSettings({ ...variables, ...(SESSION_STORE_KEY && { SESSION_STORE_KEY }) });
    return true;
  } catch {
    return false;
  }
}

describe("the template's parameters", () => {
  const names = Object.keys(fieldsOf(template['Parameters']));

  test('have the defaults of the code each, but for the instance', () => {
    expect(names.filter(name => !(name in reader.defaultsOf(template)))).toEqual(['InstanceArn']);
    expect(readSettings(environment())).toEqual(readSettings({}));
  });

  test('are described, labelled and in one group each', () => {
    const console = at(template, 'Metadata', 'AWS::CloudFormation::Interface');
    const grouped = listOf(at(console, 'ParameterGroups')).flatMap(group => listOf(at(group, 'Parameters')));
    expect(grouped.toSorted()).toEqual(names.toSorted());
    expect(Object.keys(fieldsOf(at(console, 'ParameterLabels'))).sort()).toEqual(names.toSorted());
    for (const name of names) expect(textOf(at(template, 'Parameters', name, 'Description'))).toMatch(/\S{2}/);
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

  const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
  const PARTITIONS = ['arn:aws:', 'arn:aws-us-gov:', 'arn:aws-cn:'].map(each => INSTANCE_ARN.replace('arn:aws:', each));
  const ID = INSTANCE_ARN.split('/')[1];
  const CUSTOMER_ID = ['CustomerIdAttribute', 'CUSTOMER_ID_ATTRIBUTE'] as const;
  const ENDPOINT = ['ConnectEndpointUrl', 'AWS_ENDPOINT_URL_CONNECT'] as const;
  test.each<[parameter: string, variable: string, taken: boolean, values: string]>([
    ['InstanceArn', '', true, PARTITIONS.join(' ')],
    ['InstanceArn', '', false, ` ${ID} ${INSTANCE_ARN}/ ${INSTANCE_ARN}/contact/${ID}`],
    ['AlarmTopicArn', '', true, ` ${TOPIC}`],
    ['AlarmTopicArn', '', false, 'nonsense'],
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
    const pattern = new RegExp(textOf(at(template, 'Parameters', parameter, 'AllowedPattern')));
    for (const value of values.split(' ')) {
      const started = variable === '' ? taken : starts({ [variable]: value });
      expect([value, pattern.test(value), started]).toEqual([value, taken, taken]);
    }
  });
});

describe('the function', () => {
  test('has every variable that the code reads, and none that it does not', () => {
    const variables = environment({ ...WITH_STORE, ConnectEndpointUrl: 'https://connect.example.com' });
    expect(Object.keys(variables).sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
    expect(environment()).not.toHaveProperty('AWS_ENDPOINT_URL_CONNECT');
  });

  test.each([
    ['ENABLED', 'Enabled', 'No'],
    ['DEFAULT_REHYDRATION_TYPE', 'DefaultRehydrationType', 'FROM_SEGMENT'],
    ['SOURCE_CONTACT_ID_ATTRIBUTE', 'SourceContactIdAttribute', 'pastChat'],
    ['SOURCE_CONTACT_CHECK', 'SourceContactCheck', 'OWNER_REQUIRED'],
    ['CUSTOMER_IDENTITY', 'CustomerIdentity', 'ATTRIBUTE'],
    ['CUSTOMER_ID_ATTRIBUTE', 'CustomerIdAttribute', 'member'],
    ['SESSION_STORE_DAYS', 'SessionStoreDays', '30'],
    // The metrics' dimension: two stacks never share theirs.
    ['POWERTOOLS_SERVICE_NAME', 'AWS::StackName', 'shop'],
    ['POWERTOOLS_LOG_LEVEL', 'LogLevel', 'DEBUG'],
    ['AWS_ENDPOINT_URL_CONNECT', 'ConnectEndpointUrl', 'http://127.0.0.1:8075'],
  ])('has in %s the value of %s', (variable, parameter, value) => {
    expect(environment({ ...WITH_STORE, [parameter]: value })[variable]).toBe(value);
  });

  test('runs what the Makefile builds', () => {
    expect(at(template, 'Resources', 'PersistentChatFunction', 'Metadata')).toEqual({ BuildMethod: 'makefile' });
    const target = /^build-PersistentChatFunction:\n(\t.*\n)*\tnpm ci\n\tnpm run build\n/m;
    expect(readFileSync('Makefile', 'utf8')).toMatch(target);
    expect(properties('PersistentChatFunction')).toMatchObject({ CodeUri: '.', Handler: 'handler.handler' });
  });

  test('has the timeout that local runs give it, and answers before the flow module stops waiting', () => {
    const { Timeout } = properties('PersistentChatFunction');
    expect(Timeout).toBe(TIMEOUT_MS / 1_000);
    const content = JSON.parse(textOf(properties('PersistentChatFlowModule')['Content']));
    expect(Timeout).toBeLessThan(Number(content.Actions[0].Parameters.InvocationTimeLimitSeconds));
  });

  test.each([
    [{ Architecture: 'x86_64' }, { Architectures: ['x86_64'] }],
    [{ FunctionTimeout: 60 }, { Timeout: 60 }],
    [{ ReservedConcurrency: 35 }, { ReservedConcurrentExecutions: 35 }],
    [{ LogLevel: 'TRACE' }, { LoggingConfig: { ApplicationLogLevel: 'TRACE' } }],
  ])('can be deployed with %j', (parameters, expected) => {
    expect(properties('PersistentChatFunction', parameters)).toMatchObject(expected);
    // A reservation of 0 would switch it off.
    expect(properties('PersistentChatFunction')).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('is invoked by Amazon Connect alone, from this instance and account', () => {
    const source = { SourceArn: INSTANCE_ARN, SourceAccount: '123456789012' };
    const invoke = { FunctionName: 'PersistentChatFunction', Action: 'lambda:InvokeFunction' };
    const permission = { ...invoke, Principal: 'connect.amazonaws.com', ...source };
    expect(properties('PersistentChatPermission')).toEqual(permission);
  });

  test('gets nothing from SAM: no globals, no connectors, no role, no events, no URL', () => {
    expect(template).not.toHaveProperty('Globals');
    const keys = Object.keys(fieldsOf(at(template, 'Resources', 'PersistentChatFunction')));
    expect(keys.sort()).toEqual(['Metadata', 'Properties', 'Type']);
    expect(properties('PersistentChatFunction')['Role']).toBe('PersistentChatRole.Arn');
    for (const more of ['Events', 'FunctionUrlConfig', 'Policies']) {
      expect(properties('PersistentChatFunction')).not.toHaveProperty(more);
    }
  });
});

describe("the function's role", () => {
  const allow = (Action: Value, Resource: Value) => ({ Effect: 'Allow', Action, Resource });
  test.each<[Parameters, checks: boolean, Value[]]>([
    [{ SourceContactCheck: 'OFF' }, false, []],
    [{ SourceContactCheck: 'CONTACT' }, true, []],
    [{ SourceContactCheck: 'OWNER_IF_KNOWN' }, true, []],
    [WITHOUT_STORE, true, []],
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
    const assume = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    expect(at(role, 'AssumeRolePolicyDocument', 'Statement')).toEqual([assume]);
  });
});

describe('the session store', () => {
  test('is off unless it is switched on, and off, it is nothing at all', () => {
    expect(reader.deployed()).toEqual(reader.deployed({ SessionStore: 'OFF' }));
    const off = JSON.stringify(reader.deployed(WITHOUT_STORE));
    expect(off.match(/SESSION_STORE_\w+|dynamodb|secretsmanager/gi)).toEqual(['SESSION_STORE_UNAVAILABLE']);
  });

  test('on, is a table, a secret and an alarm more, and nothing else; both are deleted when it is switched off', () => {
    const typesOf = (given: Parameters) => Object.values(resources(given)).map(each => textOf(at(each, 'Type')));
    const more = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::CloudWatch::Alarm'];
    expect(typesOf(WITH_STORE).toSorted()).toEqual([...typesOf(WITHOUT_STORE), ...more].toSorted());
    for (const name of ['SessionStoreTable', 'SessionStoreSecret']) {
      expect(resources(WITH_STORE)[name]).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    }
  });

  test('is a table on demand that deletes what has expired, without backups, whose key the code writes', () => {
    expect(properties('SessionStoreTable', WITH_STORE)).toEqual({
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test('has a generated secret, long enough for the function, that only a dynamic reference names', () => {
    const { GenerateSecretString, SecretString } = properties('SessionStoreSecret', WITH_STORE);
    expect([at(GenerateSecretString, 'PasswordLength'), SecretString]).toEqual([GENERATED_SECRET.length, undefined]);
    const { SESSION_STORE_TABLE, SESSION_STORE_KEY } = environment(WITH_STORE);
    expect(SESSION_STORE_TABLE).toBe('SessionStoreTable');
    expect(SESSION_STORE_KEY).toBe('{{resolve:secretsmanager:SessionStoreSecret:SecretString}}');
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
  expect(textOf(QueryString).match(/\w+/g)).toEqual(expect.arrayContaining(logged));
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

test('one version stands in package.json, the code, the outputs, on the dashboard and on top of the changelog', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(VERSION);
  const [first] = JSON.parse(textOf(properties('PersistentChatDashboard', { Enabled: 'No' })['DashboardBody'])).widgets;
  expect(first.properties.markdown).toMatch(new RegExp(`\\bversion \\*\\*${VERSION}\\*\\*\\. Enabled: \\*\\*No\\*\\*`));
  expect(/^## \[(.+?)\]/m.exec(readFileSync('CHANGELOG.md', 'utf8'))?.[1]).toBe(VERSION);
});

test("the template names no partition, Region or account, and nothing at which the SAM CLI's YAML reader stops", () => {
  const named = text.replace(/^ *(#|AllowedPattern:|ConstraintDescription:).*$/gm, '');
  expect(named).not.toMatch(/arn:aws|\b[a-z]{2}-[a-z]+-\d\b|\b\d{12}\b/);
  // An unquoted question mark inside braces.
  expect(text).not.toMatch(/\{[^'"{}\n]*\?[^'"{}\n]*\}/);
});

test('"sam deploy" deploys what "sam build" made, and fails without it', () => {
  const deploy = readFileSync('samconfig.toml', 'utf8').split('[default.deploy.parameters]')[1];
  expect(deploy).toMatch(/^template = "\.aws-sam\/build\/template\.yaml"$/m);
});
