import { readFileSync } from 'node:fs';
import type { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import { TIMEOUT_MS } from '../../scripts/lambda-context.ts';
import { REHYDRATION_TYPES } from '../../src/outcome.ts';
import { type Calls, logResult, METRICS, METRICS_NAMESPACE } from '../../src/report.ts';
import { CUSTOMER_IDENTITIES, ENVIRONMENT_VARIABLES, readSettings, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import {
  at,
  defaultsOf,
  deployed,
  type Fields,
  fieldsOf,
  listOf,
  type Parameters,
  readTemplate,
  rulesHold,
  textOf,
  type Value,
} from './template-reader.ts';

const INSTANCE_ID = '12345678-abcd-4321-9876-0123456789ab';
const INSTANCE_ARN = `arn:aws:connect:eu-central-1:123456789012:instance/${INSTANCE_ID}`;
const TOPIC_ARN = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const LONGEST_STACK_NAME = 's'.repeat(128);

const WITH_STORE: Parameters = { SessionStore: 'ON', SourceContactCheck: 'OWNER_REQUIRED' };
const GENERATED_SECRET = 'x'.repeat(64);

const template = readTemplate();

function stack(parameters: Parameters = {}): Fields {
  return deployed({ InstanceArn: INSTANCE_ARN, ...parameters });
}

function properties(resource: string, parameters: Parameters = {}): Fields {
  return fieldsOf(at(stack(parameters), 'Resources', resource, 'Properties'));
}

function environment(parameters: Parameters = {}): Record<string, string> {
  const variables = fieldsOf(at(properties('PersistentChatFunction', parameters), 'Environment', 'Variables'));
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

/** The environment that the function starts with: AWS CloudFormation resolves the secret, and variables are text. */
function startedWith(parameters: Parameters): Record<string, string> {
  const variables = environment(parameters);
  const SESSION_STORE_KEY = variables['SESSION_STORE_KEY']?.replace(/^\{\{resolve:.*\}\}$/, GENERATED_SECRET);
  return { ...variables, ...(SESSION_STORE_KEY && { SESSION_STORE_KEY }) };
}

/** Whether CloudFormation takes this value for a parameter, by its pattern. */
function accepts(parameter: string, value: string): boolean {
  return new RegExp(textOf(at(template, 'Parameters', parameter, 'AllowedPattern'))).test(value);
}

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

describe("the template's parameters", () => {
  const names = Object.keys(fieldsOf(template['Parameters']));

  test('have a default each, but for the instance', () => {
    expect(names.filter(name => !(name in defaultsOf(template)))).toEqual(['InstanceArn']);
  });

  test('are described, labelled and in one group each', () => {
    const console = at(template, 'Metadata', 'AWS::CloudFormation::Interface');
    const grouped = listOf(at(console, 'ParameterGroups')).flatMap(group => listOf(at(group, 'Parameters')));
    expect([...grouped].sort()).toEqual([...names].sort());
    expect(Object.keys(fieldsOf(at(console, 'ParameterLabels'))).sort()).toEqual([...names].sort());
    for (const name of names) expect(textOf(at(template, 'Parameters', name, 'Description'))).toMatch(/\S{2}/);
  });

  test('have the defaults of the code', () => {
    expect(readSettings(environment())).toEqual(readSettings({}));
  });

  test.each([
    ['DefaultRehydrationType', REHYDRATION_TYPES],
    ['CustomerIdentity', CUSTOMER_IDENTITIES],
    ['SourceContactCheck', SOURCE_CONTACT_CHECKS],
  ])('offer what the code knows: %s', (name, values) => {
    expect(listOf(at(template, 'Parameters', name, 'AllowedValues')).toSorted()).toEqual(values.toSorted());
  });

  test.each(
    ['OFF', 'ON'].flatMap(store =>
      REHYDRATION_TYPES.flatMap(type => SOURCE_CONTACT_CHECKS.map(check => [store, type, check] as const)),
    ),
  )(
    'are refused together exactly where the function would not start: SessionStore=%s, %s with SourceContactCheck=%s',
    (SessionStore, DefaultRehydrationType, SourceContactCheck) => {
      const parameters = { SessionStore, DefaultRehydrationType, SourceContactCheck };
      expect(rulesHold(parameters)).toBe(!throws(() => readSettings(startedWith(parameters))));
    },
  );

  test.each([
    [0, false],
    [1, true],
    [730, true],
    [731, false],
  ])('take what the function takes: SessionStoreDays=%d, %s', (SessionStoreDays, taken) => {
    const { MinValue, MaxValue } = fieldsOf(at(template, 'Parameters', 'SessionStoreDays'));
    expect(SessionStoreDays >= Number(MinValue) && SessionStoreDays <= Number(MaxValue)).toBe(taken);
    expect(!throws(() => readSettings(startedWith({ ...WITH_STORE, SessionStoreDays })))).toBe(taken);
  });

  test.each([
    ['CustomerIdAttribute', 'CUSTOMER_ID_ATTRIBUTE', 'customerId', true],
    ['CustomerIdAttribute', 'CUSTOMER_ID_ATTRIBUTE', 'my-HostedWidget-id', true],
    ['CustomerIdAttribute', 'CUSTOMER_ID_ATTRIBUTE', 'HostedWidget-customerId', false],
    ['CustomerIdAttribute', 'CUSTOMER_ID_ATTRIBUTE', 'hostedwidget-id', false],
    ...[
      'https://connect.example.com',
      'https://connect.example.com:8443/path?x=1',
      'http://localhost',
      'http://localhost:8075/',
      'http://127.0.0.1:8075',
      'http://127.1.2.3/path',
      'http://[::1]:8075',
      'http://host.docker.internal:8075',
      'http://172.16.0.1:8075',
      'http://172.31.255.255',
    ].map(url => ['ConnectEndpointUrl', 'AWS_ENDPOINT_URL_CONNECT', url, true] as const),
    ...[
      'nonsense',
      'https://',
      'ftp://localhost',
      'http://connect.example.com',
      'http://localhost.example.com',
      'http://localhost@example.com',
      'http://localhost:80@example.com',
      'http://127.0.0.1.example.com',
      'http://128.0.0.1',
      'http://172.15.0.1',
      'http://172.32.0.1',
      'http://10.0.0.1',
      'http://192.168.0.1',
      'http://[::2]',
    ].map(url => ['ConnectEndpointUrl', 'AWS_ENDPOINT_URL_CONNECT', url, false] as const),
  ])('take what the function takes: %s, %s=%s, %s', (parameter, variable, value, taken) => {
    expect(accepts(parameter, value)).toBe(taken);
    expect(!throws(() => readSettings({ [variable]: value }))).toBe(taken);
  });

  test.each([
    [INSTANCE_ARN, true],
    [INSTANCE_ARN.replace('arn:aws:', 'arn:aws-us-gov:'), true],
    [INSTANCE_ARN.replace('arn:aws:', 'arn:aws-cn:'), true],
    [INSTANCE_ARN.replace('arn:aws:', 'arn:aws-eusc:'), true],
    [INSTANCE_ID, false],
    [`${INSTANCE_ARN}/`, false],
    [`${INSTANCE_ARN}/contact/${INSTANCE_ID}`, false],
    ['', false],
  ])('take an instance of any partition, and nothing but an instance: %s', (arn, taken) => {
    expect(accepts('InstanceArn', arn)).toBe(taken);
  });

  test.each([
    ['AlarmTopicArn', TOPIC_ARN],
    ['ConnectEndpointUrl', 'https://connect.example.com'],
  ])('may be left empty: %s', (name, value) => {
    expect([accepts(name, ''), accepts(name, value), accepts(name, 'nonsense')]).toEqual([true, true, false]);
  });
});

describe('the stack', () => {
  test('leaves SAM nothing to add: no globals, no connectors', () => {
    expect(template).not.toHaveProperty('Globals');
    expect(Object.keys(fieldsOf(at(template, 'Resources', 'PersistentChatFunction'))).sort()).toEqual([
      'Metadata',
      'Properties',
      'Type',
    ]);
  });
});

describe("the function's environment", () => {
  test('has every variable that the code reads, and none that it does not', () => {
    const variables = environment({ ...WITH_STORE, ConnectEndpointUrl: 'https://connect.example.com' });
    expect(Object.keys(variables).sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
  });

  test('gives each variable the value of its parameter', () => {
    const variables = environment({
      'AWS::StackName': 'shop',
      DefaultRehydrationType: 'FROM_SEGMENT',
      SourceContactIdAttribute: 'pastChat',
      SourceContactCheck: 'OWNER_REQUIRED',
      CustomerIdentity: 'ATTRIBUTE',
      CustomerIdAttribute: 'member',
      LogLevel: 'DEBUG',
    });
    expect(variables).toEqual({
      DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT',
      SOURCE_CONTACT_ID_ATTRIBUTE: 'pastChat',
      SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
      CUSTOMER_IDENTITY: 'ATTRIBUTE',
      CUSTOMER_ID_ATTRIBUTE: 'member',
      // The metrics' dimension: two stacks never share theirs.
      POWERTOOLS_SERVICE_NAME: 'shop',
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
    });
  });

  test('names another endpoint only when one is given', () => {
    const { AWS_ENDPOINT_URL_CONNECT } = environment({ ConnectEndpointUrl: 'http://127.0.0.1:8075' });
    expect(AWS_ENDPOINT_URL_CONNECT).toBe('http://127.0.0.1:8075');
    expect(environment()).not.toHaveProperty('AWS_ENDPOINT_URL_CONNECT');
  });
});

describe('the function', () => {
  test('runs what the Makefile builds', () => {
    expect(at(template, 'Resources', 'PersistentChatFunction', 'Metadata')).toEqual({ BuildMethod: 'makefile' });
    expect(readFileSync('Makefile', 'utf8')).toMatch(
      /^build-PersistentChatFunction:\n(\t.*\n)*\tnpm ci\n\tnpm run build\n/m,
    );
    expect(properties('PersistentChatFunction')).toMatchObject({ CodeUri: '.', Handler: 'handler.handler' });
  });

  test('has the timeout that local runs give it', () => {
    expect(at(properties('PersistentChatFunction'), 'Timeout')).toBe(TIMEOUT_MS / 1_000);
  });

  test('answers before the flow module stops waiting', () => {
    const flowModule = JSON.parse(readFileSync('flow-module/persistent-chat.json', 'utf8'));
    const [invocation] = flowModule.Actions;
    expect(at(properties('PersistentChatFunction'), 'Timeout')).toBeLessThan(
      Number(invocation.Parameters.InvocationTimeLimitSeconds),
    );
  });

  test.each([
    [{ Architecture: 'x86_64' }, { Architectures: ['x86_64'] }],
    [{ FunctionTimeout: 60 }, { Timeout: 60 }],
    [{ ReservedConcurrency: 35 }, { ReservedConcurrentExecutions: 35 }],
  ])('can be deployed with %j', (parameters, expected) => {
    expect(properties('PersistentChatFunction', parameters)).toMatchObject(expected);
  });

  test('reserves no concurrency by default; a reservation of 0 would switch it off', () => {
    expect(properties('PersistentChatFunction')).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('never has its metrics dropped: AWS Lambda takes their lines for INFO', () => {
    for (const level of listOf(at(template, 'Parameters', 'LogLevel', 'AllowedValues'))) {
      expect(['TRACE', 'DEBUG', 'INFO']).toContain(level);
      const { LoggingConfig } = properties('PersistentChatFunction', { LogLevel: textOf(level) });
      expect(at(LoggingConfig, 'ApplicationLogLevel')).toBe(level);
    }
  });
});

describe("the function's role", () => {
  const log = {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: 'PersistentChatLogGroup.Arn',
  };
  const traces = { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' };

  function statements(parameters: Parameters): Value[] {
    const policies = listOf(properties('PersistentChatRole', parameters)['Policies']);
    return policies.flatMap(policy => listOf(at(policy, 'PolicyDocument', 'Statement')));
  }

  test.each(SOURCE_CONTACT_CHECKS)(
    'may do what the function calls and nothing else, with SourceContactCheck=%s',
    check => {
      const describe = check === 'OFF' ? [] : ['connect:DescribeContact'];
      const associate = {
        Effect: 'Allow',
        Action: ['connect:CreatePersistentContactAssociation', ...describe],
        Resource: [INSTANCE_ARN, `${INSTANCE_ARN}/contact/*`],
      };
      const list = {
        Effect: 'Allow',
        Action: 'connect:ListAssociatedContacts',
        Resource: `${INSTANCE_ARN}/contact/*`,
      };
      expect(statements({ SourceContactCheck: check })).toEqual([associate, list, log, traces]);
    },
  );

  test('may also update items of the session store, and nothing else there', () => {
    const update = { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: 'SessionStoreTable.Arn' };
    const without = statements({ SourceContactCheck: 'OWNER_REQUIRED' });
    expect(statements(WITH_STORE)).toHaveLength(without.length + 1);
    expect(statements(WITH_STORE)).toEqual(expect.arrayContaining([...without, update]));
  });

  test('is for AWS Lambda alone, and has no managed policy', () => {
    const role = properties('PersistentChatRole');
    expect(Object.keys(role).sort()).toEqual(['AssumeRolePolicyDocument', 'Policies']);
    expect(at(role, 'AssumeRolePolicyDocument', 'Statement')).toEqual([
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
    // Given a role, SAM makes none and adds nothing to this one.
    expect(properties('PersistentChatFunction')['Role']).toBe('PersistentChatRole.Arn');
  });

  test.each(['Policies', 'Events', 'FunctionUrlConfig'])(
    'and the one permission to invoke are all there is, because the function has no %s',
    name => {
      expect(properties('PersistentChatFunction')).not.toHaveProperty(name);
    },
  );
});

describe('the session store', () => {
  const WITHOUT: Parameters = { SessionStore: 'OFF', SourceContactCheck: 'OWNER_REQUIRED' };
  const resources = (parameters: Parameters) => fieldsOf(stack(parameters)['Resources']);
  const typesOf = (parameters: Parameters) =>
    Object.values(resources(parameters)).map(resource => textOf(at(resource, 'Type')));
  const storeTypes = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'];

  test('is off unless it is switched on', () => {
    expect(stack()).toEqual(stack({ SessionStore: 'OFF' }));
  });

  test('off, is nothing at all: no table, no secret, no variable, no permission', () => {
    expect(typesOf(WITHOUT).filter(type => storeTypes.includes(type))).toEqual([]);
    expect(Object.keys(environment(WITHOUT)).filter(name => name.startsWith('SESSION_STORE'))).toEqual([]);
    expect(JSON.stringify(stack(WITHOUT))).not.toMatch(/dynamodb|secretsmanager/i);
  });

  test('on, is a table and a secret more, and nothing else', () => {
    expect(typesOf(WITH_STORE).toSorted()).toEqual([...typesOf(WITHOUT), ...storeTypes].toSorted());
  });

  test('is a table on demand that deletes what has expired, without backups, whose key the code writes', () => {
    expect(properties('SessionStoreTable', WITH_STORE)).toEqual({
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test.each(['SessionStoreTable', 'SessionStoreSecret'])(
    'is deleted with the stack, or when it is switched off: %s',
    name => {
      expect(resources(WITH_STORE)[name]).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      expect(resources(WITH_STORE)[name]).not.toHaveProperty('Properties.DeletionProtectionEnabled');
    },
  );

  test('has a generated secret, long enough for the function, that only a dynamic reference names', () => {
    const { GenerateSecretString, SecretString } = properties('SessionStoreSecret', WITH_STORE);
    expect(SecretString).toBeUndefined();
    expect(at(GenerateSecretString, 'PasswordLength')).toBe(GENERATED_SECRET.length);
    expect(readSettings(startedWith(WITH_STORE)).sessionStore).toEqual({
      table: 'SessionStoreTable',
      key: GENERATED_SECRET,
      days: 90,
    });
    expect(environment(WITH_STORE)['SESSION_STORE_KEY']).toBe(
      '{{resolve:secretsmanager:SessionStoreSecret:SecretString}}',
    );
    expect(environment({ ...WITH_STORE, SessionStoreDays: 30 })['SESSION_STORE_DAYS']).toBe('30');
  });

  test('says that OFF deletes it', () => {
    expect(textOf(at(template, 'Parameters', 'SessionStore', 'Description'))).toMatch(
      /OFF deletes the table and its key/,
    );
  });
});

describe('Amazon Connect', () => {
  test('may invoke the function from this instance and this account only', () => {
    expect(properties('PersistentChatPermission')).toEqual({
      FunctionName: 'PersistentChatFunction',
      Action: 'lambda:InvokeFunction',
      Principal: 'connect.amazonaws.com',
      SourceArn: INSTANCE_ARN,
      SourceAccount: '123456789012',
    });
  });

  test('has the flow module unless it is switched off', () => {
    expect(properties('PersistentChatFlowModule')['InstanceArn']).toBe(INSTANCE_ARN);
    const without = stack({ CreateFlowModule: 'No' });
    expect(without['Resources']).not.toHaveProperty('PersistentChatFlowModule');
    expect(without['Outputs']).not.toHaveProperty('FlowModuleArn');
  });
});

interface Metric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

/** Fails unless somebody publishes this metric under these dimensions. */
function expectPublished({ namespace, name, dimensions }: Metric, service: string): void {
  if (namespace === 'AWS/Lambda') {
    expect(['Errors', 'Throttles', 'Invocations', 'Duration']).toContain(name);
    expect(dimensions).toEqual({ FunctionName: 'PersistentChatFunction' });
  } else {
    expect(namespace).toBe(METRICS_NAMESPACE);
    expect(METRICS).toContain(name);
    expect(dimensions).toEqual({ service });
  }
}

function metricOf(metric: Value): Metric {
  const dimensions = listOf(at(metric, 'Dimensions'));
  return {
    namespace: textOf(at(metric, 'Namespace')),
    name: textOf(at(metric, 'MetricName')),
    dimensions: Object.fromEntries(dimensions.map(each => [textOf(at(each, 'Name')), textOf(at(each, 'Value'))])),
  };
}

function alarms(parameters: Parameters = {}): [string, Fields][] {
  return Object.entries(fieldsOf(stack(parameters)['Resources']))
    .filter(([, resource]) => at(resource, 'Type') === 'AWS::CloudWatch::Alarm')
    .map(([name, resource]) => [name, fieldsOf(at(resource, 'Properties'))]);
}

/** The queries of an alarm on a metric math expression; none for an alarm on one metric. */
function queriesOf(alarm: Fields): Fields[] {
  return 'Metrics' in alarm ? listOf(alarm['Metrics']).map(fieldsOf) : [];
}

describe('the alarms', () => {
  test.each(alarms({ 'AWS::StackName': 'shop' }))('watch metrics that this stack publishes: %s', (_, alarm) => {
    const queries = queriesOf(alarm).filter(query => 'MetricStat' in query);
    const metrics = queries.length > 0 ? queries.map(query => at(query, 'MetricStat', 'Metric')) : [alarm];
    for (const metric of metrics) expectPublished(metricOf(metric), 'shop');
  });

  test.each(alarms({ 'AWS::StackName': LONGEST_STACK_NAME }))(
    'say what to do, within 1,024 characters: %s',
    (_, alarm) => {
      const description = textOf(alarm['AlarmDescription']);
      expect(description).toContain('What to do:');
      expect(description.length).toBeLessThanOrEqual(1024);
    },
  );

  test.each(alarms())('compute with what they fetch, and return one number: %s', (_, alarm) => {
    const queries = queriesOf(alarm);
    if (queries.length === 0) return;
    expect(queries.filter(query => query['ReturnData'] !== false)).toHaveLength(1);
    expect(new Set(queries.map(query => query['Id'])).size).toBe(queries.length);
  });

  test.each([
    ['error-branch', 300],
    ['failed-chats', 900],
    ['rejected-by-connect', 3600],
    ['not-owned', 300],
    ['no-history', 3600],
  ])('evaluate one period: %s, %d seconds', (name, seconds) => {
    const alarm = alarms().find(([, { AlarmName }]) => AlarmName === `persistent-chat-${name}`)?.[1] ?? {};
    const fetched = queriesOf(alarm).flatMap(query => ('MetricStat' in query ? [fieldsOf(query['MetricStat'])] : []));
    const periods = [alarm, ...fetched].flatMap(({ Period }) => Period ?? []);
    expect(new Set(periods)).toEqual(new Set([seconds]));
    expect(alarm).toMatchObject({ EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
  });

  test('notify the topic, where there is one', () => {
    for (const [, alarm] of alarms()) expect(alarm).not.toHaveProperty('AlarmActions');
    for (const [, alarm] of alarms({ AlarmTopicArn: TOPIC_ARN })) {
      expect([alarm['AlarmActions'], alarm['OKActions']]).toEqual([[TOPIC_ARN], [TOPIC_ARN]]);
    }
  });
});

describe('an alarm starts', () => {
  type Samples = Record<string, { sum: number; count: number }>;
  const sum = (value: number, count: number) => ({ sum: value, count });

  /**
   * Whether an alarm's threshold is reached by the samples of one period. Computes its metric math, in which a metric
   * without data makes the result one without data, unless `FILL` is used.
   */
  function starts(name: string, samples: Samples, parameters: Parameters = {}): boolean {
    const alarm = fieldsOf(Object.fromEntries(alarms(parameters))[name]);
    const statistic = (metric: Value | undefined, stat: Value | undefined): number => {
      const sample = samples[textOf(metric)];
      if (!sample) return Number.NaN;
      return textOf(stat) === 'SampleCount' ? sample.count : sample.sum;
    };
    const values: Record<string, number> = {};
    let value = 'MetricName' in alarm ? statistic(alarm['MetricName'], alarm['Statistic']) : Number.NaN;
    // What is fetched stands behind the one expression that uses it.
    for (const query of queriesOf(alarm).reverse()) {
      if ('Expression' in query) value = compute(textOf(query['Expression']), values);
      else {
        const { Metric, Stat } = fieldsOf(query['MetricStat']);
        values[textOf(query['Id'])] = statistic(at(Metric, 'MetricName'), Stat);
      }
    }
    expect(alarm['ComparisonOperator']).toBe('GreaterThanOrEqualToThreshold');
    return value >= Number(alarm['Threshold']);
  }

  function compute(expression: string, values: Record<string, number>): number {
    const FILL = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);
    const IF = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
    const code = `return ${expression.replaceAll(' AND ', ' && ')}`;
    const filled = expression.includes('FILL(');
    if (!filled && Object.values(values).some(Number.isNaN)) return Number.NaN;
    return new Function('FILL', 'IF', ...Object.keys(values), code)(FILL, IF, ...Object.values(values));
  }

  test.each([
    ['one error', { Errors: sum(1, 9) }, true],
    ['one invocation that AWS Lambda throttled', { Throttles: sum(1, 1) }, true],
    ['invocations without an error', { Errors: sum(0, 9) }, false],
    ['nothing at all', {}, false],
  ])('ErrorBranch: %s', (_, samples, expected) => {
    expect(starts('ErrorBranchAlarm', samples)).toBe(expected);
  });

  test.each([
    ['two chats that failed', { Failed: sum(2, 9) }, false],
    ['three', { Failed: sum(3, 9) }, true],
    ['no chat', {}, false],
  ])('FailedChats: %s', (_, samples, expected) => {
    expect(starts('FailedChatsAlarm', samples)).toBe(expected);
  });

  test.each([
    ['four of four', { Returning: sum(4, 4), RejectedByConnect: sum(4, 4) }, false],
    ['five of 24 returning chats', { Returning: sum(24, 99), RejectedByConnect: sum(5, 99) }, true],
    ['a fifth, five of 25', { Returning: sum(25, 99), RejectedByConnect: sum(5, 99) }, false],
    ['no chat', {}, false],
  ])('RejectedByConnect: %s', (_, samples, expected) => {
    expect(starts('RejectedByConnectAlarm', samples)).toBe(expected);
  });

  test.each([
    ["one that named another customer's", { NotOwned: sum(1, 99) }, true],
    ['none that did', { NotOwned: sum(0, 99) }, false],
    ['no chat', {}, false],
  ])('NotOwned: %s', (_, samples, expected) => {
    expect(starts('NotOwnedAlarm', samples)).toBe(expected);
  });

  test.each([
    ['20 chats, none continued', { Continued: sum(0, 20) }, {}, true],
    ['20 chats, one continued', { Continued: sum(1, 20) }, {}, false],
    ['19 chats, none continued', { Continued: sum(0, 19) }, {}, false],
    ['5 chats, none continued, 5 are enough', { Continued: sum(0, 5) }, { NoHistoryAlarmMinChats: 5 }, true],
    ['no chat', {}, {}, false],
  ])('NoHistory: %s', (_, samples, parameters, expected) => {
    expect(starts('NoHistoryAlarm', samples, parameters)).toBe(expected);
  });
});

describe('the dashboard', () => {
  interface Widget {
    type: string;
    properties: { title: string; region?: string; metrics?: unknown[][]; alarms?: string[]; query?: string };
  }
  const { DashboardName, DashboardBody } = properties('PersistentChatDashboard', { 'AWS::StackName': 'shop' });
  const widgets: Widget[] = JSON.parse(textOf(DashboardBody)).widgets;
  const queries = widgets.flatMap(widget => widget.properties.query ?? []);

  /** The metrics of a widget; "." stands for what the row above has there. */
  function metricsOf(widget: Widget): Metric[] {
    const rows: string[][] = [];
    for (const row of widget.properties.metrics ?? []) {
      const words = row.filter(word => typeof word === 'string');
      if (words.length > 0) rows.push(words.map((word, index) => (word === '.' ? (rows.at(-1)?.[index] ?? '') : word)));
    }
    return rows.map(([namespace = '', name = '', dimension = '', value = '', ...more]) => {
      expect(more).toEqual([]);
      return { namespace, name, dimensions: { [dimension]: value } };
    });
  }

  test('shows every metric of the function, and only metrics that are published', () => {
    const metrics = widgets.flatMap(metricsOf);
    for (const metric of metrics) expectPublished(metric, 'shop');
    expect(metrics.map(metric => metric.name)).toEqual(expect.arrayContaining([...METRICS]));
  });

  test('computes with metrics of the same widget', () => {
    for (const widget of widgets) {
      const options = (widget.properties.metrics ?? []).map(row => Object(row.at(-1)));
      const ids = options.map(option => option.id);
      const used = options.flatMap(option => String(option.expression ?? '').match(/\b[a-z]+\b/g) ?? []);
      for (const id of used) expect(ids).toContain(id);
    }
  });

  test("counts an error once, at start-up too: by the line of AWS Lambda's Node runtime", () => {
    const errors = widgets.find(widget => widget.properties.title === 'Errors by message');
    expect(errors?.properties.query).toContain("| filter level = 'ERROR' and ispresent(message.errorMessage) |");
  });

  test('shows every alarm, and queries the log of this stack', () => {
    const shown = widgets.flatMap(widget => widget.properties.alarms ?? []);
    expect(shown).toEqual(alarms().map(([name]) => `${name}.Arn`));
    expect(queries).toHaveLength(3);
    for (const query of queries) expect(query).toMatch(/^SOURCE 'PersistentChatLogGroup' \| /);
  });

  test('is one for each Region of an account, and of that Region', () => {
    expect(DashboardName).toBe('shop-eu-central-1');
    for (const { type, properties } of widgets)
      expect(properties.region).toBe(type === 'alarm' ? undefined : 'eu-central-1');
  });
});

describe('the saved query', () => {
  const { LogGroupNames, QueryString } = properties('ContactHistoryQuery');

  test('searches the log of this stack for one contact', () => {
    expect(LogGroupNames).toEqual(['PersistentChatLogGroup']);
    expect(QueryString).toContain('filter contactId = "CONTACT-ID"');
  });

  test('shows every field that the function logs', () => {
    const logged: string[] = [];
    const logger = { info: (_: string, fields: object) => logged.push(...Object.keys(fields)) };
    const calls = { attempts: {}, errors: {} } as unknown as Calls;
    logResult(logger as unknown as Logger, { outcome: { status: 'NO_SOURCE_CONTACT' }, asked: {} }, calls, 1);
    expect(logged).toContain('associationStatus');
    const shown = textOf(QueryString).match(/\w+/g);
    for (const field of logged) expect(shown).toContain(field);
  });
});

test('the stack names what flow authors and operators need', () => {
  const outputs = Object.entries(fieldsOf(stack()['Outputs'])).map(([name, output]) => [name, at(output, 'Value')]);
  expect(Object.fromEntries(outputs)).toEqual({
    FunctionArn: 'PersistentChatFunction.Arn',
    FlowModuleArn: 'PersistentChatFlowModule',
    LogGroupName: 'PersistentChatLogGroup',
    DashboardName: 'PersistentChatDashboard',
  });
});

test('the template names no partition, Region or account', () => {
  const text = readFileSync('template.yaml', 'utf8').replace(/^ *(#|AllowedPattern:|ConstraintDescription:).*$/gm, '');
  expect(text).not.toMatch(/arn:aws/);
  expect(text).not.toMatch(/\b[a-z]{2}-[a-z]+-\d\b/);
  expect(text).not.toMatch(/\b\d{12}\b/);
});

test("the template has no unquoted question mark inside braces, at which the SAM CLI's YAML reader stops", () => {
  expect(readFileSync('template.yaml', 'utf8')).not.toMatch(/\{[^'"{}\n]*\?[^'"{}\n]*\}/);
});

test('"sam deploy" deploys what "sam build" made, and fails without it', () => {
  const deploy = readFileSync('samconfig.toml', 'utf8').split('[default.deploy.parameters]')[1];
  expect(deploy).toMatch(/^template = "\.aws-sam\/build\/template\.yaml"$/m);
});
