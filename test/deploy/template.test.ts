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
const CONTACTS = `${INSTANCE_ARN}/contact/*`;
const TOPIC_ARN = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const LONGEST_STACK_NAME = 's'.repeat(128);

const WITHOUT_STORE: Parameters = { SessionStore: 'OFF', SourceContactCheck: 'OWNER_REQUIRED' };
const WITH_STORE: Parameters = { ...WITHOUT_STORE, SessionStore: 'ON' };
const GENERATED_SECRET = 'x'.repeat(64);

const text = readFileSync('template.yaml', 'utf8');
const template = readTemplate();

const stack = (parameters: Parameters = {}) => deployed({ InstanceArn: INSTANCE_ARN, ...parameters });
const resources = (parameters: Parameters = {}) => fieldsOf(stack(parameters)['Resources']);
const typesOf = (parameters: Parameters) => Object.values(resources(parameters)).map(each => textOf(at(each, 'Type')));
const properties = (resource: string, parameters: Parameters = {}) =>
  fieldsOf(at(resources(parameters), resource, 'Properties'));

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

function starts(variables: Record<string, string>): boolean {
  try {
    readSettings(variables);
    return true;
  } catch {
    return false;
  }
}

describe("the template's parameters", () => {
  const names = Object.keys(fieldsOf(template['Parameters']));

  test('have the defaults of the code each, but for the instance', () => {
    expect(names.filter(name => !(name in defaultsOf(template)))).toEqual(['InstanceArn']);
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
      expect(rulesHold(parameters)).toBe(starts(startedWith(parameters)));
    },
  );

  test.each([0, 1, 730, 731])('take what the function takes: SessionStoreDays=%d', SessionStoreDays => {
    const { MinValue, MaxValue } = fieldsOf(at(template, 'Parameters', 'SessionStoreDays'));
    const taken = SessionStoreDays >= Number(MinValue) && SessionStoreDays <= Number(MaxValue);
    expect(taken).toBe(starts(startedWith({ ...WITH_STORE, SessionStoreDays })));
    expect(taken).toBe(SessionStoreDays === 1 || SessionStoreDays === 730);
  });

  const CUSTOMER_ID = ['CustomerIdAttribute', 'CUSTOMER_ID_ATTRIBUTE'] as const;
  const ENDPOINT = ['ConnectEndpointUrl', 'AWS_ENDPOINT_URL_CONNECT'] as const;
  test.each([
    [...CUSTOMER_ID, true, 'customerId my-HostedWidget-id'],
    [...CUSTOMER_ID, false, 'HostedWidget-customerId hostedwidget-id'],
    [...ENDPOINT, true, 'https://connect.example.com https://connect.example.com:8443/path?x=1 http://localhost'],
    [...ENDPOINT, true, 'http://localhost:8075/ http://127.0.0.1:8075 http://127.1.2.3/path http://[::1]:8075'],
    [...ENDPOINT, true, 'http://host.docker.internal:8075 http://172.16.0.1:8075 http://172.31.255.255'],
    [...ENDPOINT, false, 'nonsense https:// ftp://localhost http://connect.example.com http://localhost.example.com'],
    [...ENDPOINT, false, 'http://localhost@example.com http://localhost:80@example.com http://127.0.0.1.example.com'],
    [...ENDPOINT, false, 'http://128.0.0.1 http://172.15.0.1 http://172.32.0.1 http://10.0.0.1 http://192.168.0.1'],
    [...ENDPOINT, false, 'http://[::2]'],
  ])('take what the function takes: %s, %s, %s: %s', (parameter, variable, taken, values) => {
    for (const value of values.split(' ')) {
      expect([value, accepts(parameter, value), starts({ [variable]: value })]).toEqual([value, taken, taken]);
    }
  });

  test.each([
    ['InstanceArn', true, INSTANCE_ARN],
    ['InstanceArn', true, INSTANCE_ARN.replace('arn:aws:', 'arn:aws-us-gov:')],
    ['InstanceArn', true, INSTANCE_ARN.replace('arn:aws:', 'arn:aws-cn:')],
    ['InstanceArn', false, INSTANCE_ID],
    ['InstanceArn', false, `${INSTANCE_ARN}/`],
    ['InstanceArn', false, `${INSTANCE_ARN}/contact/${INSTANCE_ID}`],
    ['InstanceArn', false, ''],
    ['AlarmTopicArn', true, ''],
    ['AlarmTopicArn', true, TOPIC_ARN],
    ['AlarmTopicArn', false, 'nonsense'],
    ['ConnectEndpointUrl', true, ''],
  ])('%s, %s: "%s"', (parameter, taken, value) => {
    expect(accepts(parameter, value)).toBe(taken);
  });

  test("never have the function's metrics dropped: AWS Lambda takes their lines for INFO", () => {
    for (const level of listOf(at(template, 'Parameters', 'LogLevel', 'AllowedValues'))) {
      expect(['TRACE', 'DEBUG', 'INFO']).toContain(level);
      const { LoggingConfig } = properties('PersistentChatFunction', { LogLevel: textOf(level) });
      expect(at(LoggingConfig, 'ApplicationLogLevel')).toBe(level);
    }
  });
});

describe('the function', () => {
  test('has every variable that the code reads, and none that it does not', () => {
    const variables = environment({ ...WITH_STORE, ConnectEndpointUrl: 'https://connect.example.com' });
    expect(Object.keys(variables).sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
  });

  test('has the values of the parameters in its variables', () => {
    const variables = environment({
      'AWS::StackName': 'shop',
      DefaultRehydrationType: 'FROM_SEGMENT',
      SourceContactIdAttribute: 'pastChat',
      SourceContactCheck: 'OWNER_REQUIRED',
      CustomerIdentity: 'ATTRIBUTE',
      CustomerIdAttribute: 'member',
      LogLevel: 'DEBUG',
      ConnectEndpointUrl: 'http://127.0.0.1:8075',
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
      AWS_ENDPOINT_URL_CONNECT: 'http://127.0.0.1:8075',
    });
    expect(environment()).not.toHaveProperty('AWS_ENDPOINT_URL_CONNECT');
  });

  test('runs what the Makefile builds', () => {
    expect(at(template, 'Resources', 'PersistentChatFunction', 'Metadata')).toEqual({ BuildMethod: 'makefile' });
    expect(readFileSync('Makefile', 'utf8')).toMatch(
      /^build-PersistentChatFunction:\n(\t.*\n)*\tnpm ci\n\tnpm run build\n/m,
    );
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
  ])('can be deployed with %j', (parameters, expected) => {
    expect(properties('PersistentChatFunction', parameters)).toMatchObject(expected);
    // A reservation of 0 would switch it off.
    expect(properties('PersistentChatFunction')).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('is invoked by Amazon Connect alone, from this instance and account', () => {
    expect(properties('PersistentChatPermission')).toEqual({
      FunctionName: 'PersistentChatFunction',
      Action: 'lambda:InvokeFunction',
      Principal: 'connect.amazonaws.com',
      SourceArn: INSTANCE_ARN,
      SourceAccount: '123456789012',
    });
    for (const more of ['Events', 'FunctionUrlConfig', 'Policies']) {
      expect(properties('PersistentChatFunction')).not.toHaveProperty(more);
    }
  });

  test('gets nothing from SAM: no globals, no connectors, no role', () => {
    expect(template).not.toHaveProperty('Globals');
    const keys = Object.keys(fieldsOf(at(template, 'Resources', 'PersistentChatFunction')));
    expect(keys.sort()).toEqual(['Metadata', 'Properties', 'Type']);
    expect(properties('PersistentChatFunction')['Role']).toBe('PersistentChatRole.Arn');
  });
});

describe("the function's role", () => {
  const DESCRIBE = ['connect:DescribeContact'];
  const allow = (Action: Value, Resource: Value) => ({ Effect: 'Allow', Action, Resource });
  test.each<[Parameters, string[], Value[]]>([
    [{ SourceContactCheck: 'OFF' }, [], []],
    [{ SourceContactCheck: 'CONTACT' }, DESCRIBE, []],
    [{ SourceContactCheck: 'OWNER_IF_KNOWN' }, DESCRIBE, []],
    [WITHOUT_STORE, DESCRIBE, []],
    [WITH_STORE, DESCRIBE, [allow('dynamodb:UpdateItem', 'SessionStoreTable.Arn')]],
  ])('may do what the function calls and nothing else, with %j', (parameters, describes, store) => {
    const role = properties('PersistentChatRole', parameters);
    expect(listOf(role['Policies']).flatMap(policy => listOf(at(policy, 'PolicyDocument', 'Statement')))).toEqual([
      allow(['connect:CreatePersistentContactAssociation', ...describes], [INSTANCE_ARN, CONTACTS]),
      allow('connect:ListAssociatedContacts', CONTACTS),
      ...store,
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'PersistentChatLogGroup.Arn'),
      allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
    ]);
    expect(Object.keys(role).sort()).toEqual(['AssumeRolePolicyDocument', 'Policies']);
    expect(at(role, 'AssumeRolePolicyDocument', 'Statement')).toEqual([
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
  });
});

describe('the session store', () => {
  test('is off unless it is switched on, and off, it is nothing at all', () => {
    expect(stack()).toEqual(stack({ SessionStore: 'OFF' }));
    const off = JSON.stringify(stack(WITHOUT_STORE));
    expect(off.match(/SESSION_STORE_\w+|dynamodb|secretsmanager/gi)).toEqual(['SESSION_STORE_UNAVAILABLE']);
  });

  test('on, is a table and a secret more, and nothing else; both are deleted when it is switched off', () => {
    const more = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'];
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
    expect(SecretString).toBeUndefined();
    expect(at(GenerateSecretString, 'PasswordLength')).toBe(GENERATED_SECRET.length);
    const sessionStore = { table: 'SessionStoreTable', key: GENERATED_SECRET, days: 30 };
    expect(readSettings(startedWith({ ...WITH_STORE, SessionStoreDays: 30 }))).toMatchObject({ sessionStore });
    expect(environment(WITH_STORE)['SESSION_STORE_KEY']).toBe(
      '{{resolve:secretsmanager:SessionStoreSecret:SecretString}}',
    );
  });
});

/** Fails unless somebody publishes this metric: its namespace, name, and one dimension's name and value. */
function expectPublished([namespace = '', name, ...dimension]: readonly Value[], service: string): void {
  const ofLambda = namespace === 'AWS/Lambda';
  expect(namespace).toBe(ofLambda ? namespace : METRICS_NAMESPACE);
  expect(ofLambda ? ['Errors', 'Throttles', 'Invocations', 'Duration'] : METRICS).toContain(name);
  expect(dimension).toEqual(ofLambda ? ['FunctionName', 'PersistentChatFunction'] : ['service', service]);
}

function metricOf(metric: Value): Value[] {
  const dimensions = listOf(at(metric, 'Dimensions')).flatMap(each => [at(each, 'Name'), at(each, 'Value')]);
  return [at(metric, 'Namespace'), at(metric, 'MetricName'), ...dimensions];
}

function alarms(parameters: Parameters = {}): [string, Fields][] {
  return Object.entries(resources(parameters))
    .filter(([, resource]) => at(resource, 'Type') === 'AWS::CloudWatch::Alarm')
    .map(([name, resource]) => [name, fieldsOf(at(resource, 'Properties'))]);
}

/** The queries of an alarm on a metric math expression; none for an alarm on one metric. */
function queriesOf(alarm: Fields): Fields[] {
  return 'Metrics' in alarm ? listOf(alarm['Metrics']).map(fieldsOf) : [];
}

describe('the alarms', () => {
  test.each(alarms({ 'AWS::StackName': LONGEST_STACK_NAME }))(
    'watch metrics that this stack publishes, and say what to do within 1,024 characters: %s',
    (_, alarm) => {
      const queries = queriesOf(alarm).filter(query => 'MetricStat' in query);
      const metrics = queries.length > 0 ? queries.map(query => at(query, 'MetricStat', 'Metric')) : [alarm];
      for (const metric of metrics) expectPublished(metricOf(metric), LONGEST_STACK_NAME);
      const description = textOf(alarm['AlarmDescription']);
      expect([description, description.length <= 1024]).toEqual([expect.stringContaining('What to do:'), true]);
    },
  );

  test.each([
    ['error-branch', 300],
    ['failed-chats', 900],
    ['rejected-by-connect', 3600],
    ['not-owned', 300],
    ['no-history', 3600],
  ])('evaluate one number of one period, and notify the topic where there is one: %s, %d s', (name, seconds) => {
    const find = (parameters: Parameters) =>
      alarms(parameters).find(([, { AlarmName }]) => AlarmName === `persistent-chat-${name}`)?.[1] ?? {};
    const alarm = find({ AlarmTopicArn: TOPIC_ARN });
    const queries = queriesOf(alarm);
    const fetched = queries.flatMap(query => ('MetricStat' in query ? [fieldsOf(query['MetricStat'])] : []));
    expect(new Set([alarm, ...fetched].flatMap(({ Period }) => Period ?? []))).toEqual(new Set([seconds]));
    expect(queries.filter(query => query['ReturnData'] !== false)).toHaveLength(queries.length && 1);
    expect(new Set(queries.map(query => query['Id'])).size).toBe(queries.length);
    expect(alarm).toMatchObject({ EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
    expect(alarm).toMatchObject({ AlarmActions: [TOPIC_ARN], OKActions: [TOPIC_ARN] });
    expect(find({})).not.toHaveProperty('AlarmActions');
  });

  type Samples = Record<string, { sum: number; count: number }>;
  const sum = (value: number, count: number) => ({ sum: value, count });

  /**
   * Whether an alarm's threshold is reached by the samples of one period. Computes its metric math, in which a metric
   * without data makes the result one without data, unless `FILL` is used.
   */
  function reached(name: string, samples: Samples, parameters: Parameters): boolean {
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
    if (!expression.includes('FILL(') && Object.values(values).some(Number.isNaN)) return Number.NaN;
    const code = `return ${expression.replaceAll(' AND ', ' && ')}`;
    return new Function('FILL', 'IF', ...Object.keys(values), code)(FILL, IF, ...Object.values(values));
  }

  test.each<[string, string, boolean, Samples, Parameters?]>([
    ['ErrorBranch', 'one error', true, { Errors: sum(1, 9) }],
    ['ErrorBranch', 'one invocation that AWS Lambda throttled', true, { Throttles: sum(1, 1) }],
    ['ErrorBranch', 'invocations without an error', false, { Errors: sum(0, 9) }],
    ['ErrorBranch', 'nothing at all', false, {}],
    ['FailedChats', 'two chats that failed', false, { Failed: sum(2, 9) }],
    ['FailedChats', 'three', true, { Failed: sum(3, 9) }],
    ['FailedChats', 'no chat', false, {}],
    ['RejectedByConnect', 'four of four', false, { Returning: sum(4, 4), RejectedByConnect: sum(4, 4) }],
    ['RejectedByConnect', 'five of 24 returning', true, { Returning: sum(24, 99), RejectedByConnect: sum(5, 99) }],
    ['RejectedByConnect', 'a fifth, five of 25', false, { Returning: sum(25, 99), RejectedByConnect: sum(5, 99) }],
    ['RejectedByConnect', 'no chat', false, {}],
    ['NotOwned', "one that named another customer's", true, { NotOwned: sum(1, 99) }],
    ['NotOwned', 'none that did', false, { NotOwned: sum(0, 99) }],
    ['NotOwned', 'no chat', false, {}],
    ['NoHistory', '20 chats, none continued', true, { Continued: sum(0, 20) }],
    ['NoHistory', '20 chats, one continued', false, { Continued: sum(1, 20) }],
    ['NoHistory', '19 chats, none continued', false, { Continued: sum(0, 19) }],
    ['NoHistory', '5, where 5 are enough', true, { Continued: sum(0, 5) }, { NoHistoryAlarmMinChats: 5 }],
    ['NoHistory', 'no chat', false, {}],
  ])('%s, %s: %s', (name, _, expected, samples, parameters = {}) => {
    expect(reached(`${name}Alarm`, samples, parameters)).toBe(expected);
  });
});

describe('the dashboard', () => {
  interface Widget {
    type: string;
    properties: { title: string; region?: string; metrics?: unknown[][]; alarms?: string[]; query?: string };
  }
  const { DashboardName, DashboardBody } = properties('PersistentChatDashboard', { 'AWS::StackName': 'shop' });
  const widgets: Widget[] = JSON.parse(textOf(DashboardBody)).widgets;

  /** The metrics of a widget; "." stands for what the row above has there. */
  function metricsOf(widget: Widget): string[][] {
    const rows: string[][] = [];
    for (const row of widget.properties.metrics ?? []) {
      const words = row.filter(word => typeof word === 'string');
      if (words.length > 0) rows.push(words.map((word, index) => (word === '.' ? (rows.at(-1)?.[index] ?? '') : word)));
    }
    return rows;
  }

  test('shows every metric of the function, and only metrics that are published', () => {
    const metrics = widgets.flatMap(metricsOf);
    for (const metric of metrics) expectPublished(metric, 'shop');
    expect(metrics.map(([, name]) => name)).toEqual(expect.arrayContaining([...METRICS]));
  });

  test('computes with metrics of the same widget', () => {
    for (const widget of widgets) {
      const options = (widget.properties.metrics ?? []).map(row => Object(row.at(-1)));
      const used = options.flatMap(option => String(option.expression ?? '').match(/\b[a-z]+\b/g) ?? []);
      expect(options.map(option => option.id)).toEqual(expect.arrayContaining(used));
    }
  });

  test("counts an error once, at start-up too: by the line of AWS Lambda's Node runtime", () => {
    const errors = widgets.find(widget => widget.properties.title === 'Errors by message');
    expect(errors?.properties.query).toContain("| filter level = 'ERROR' and ispresent(message.errorMessage) |");
  });

  test('shows every alarm, and queries the log of this stack', () => {
    const shown = widgets.flatMap(widget => widget.properties.alarms ?? []);
    expect(shown).toEqual(alarms().map(([name]) => `${name}.Arn`));
    const queries = widgets.flatMap(widget => widget.properties.query ?? []);
    expect(queries).toEqual(Array(3).fill(expect.stringMatching(/^SOURCE 'PersistentChatLogGroup' \| /)));
  });

  test('is one for each Region of an account, and of that Region', () => {
    expect(DashboardName).toBe('shop-eu-central-1');
    for (const { type, properties } of widgets)
      expect(properties.region).toBe(type === 'alarm' ? undefined : 'eu-central-1');
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
  const outputs = Object.entries(fieldsOf(stack()['Outputs'])).map(([name, output]) => [name, at(output, 'Value')]);
  expect(Object.fromEntries(outputs)).toEqual({
    FunctionArn: 'PersistentChatFunction.Arn',
    FlowModuleArn: 'PersistentChatFlowModule',
    LogGroupName: 'PersistentChatLogGroup',
    DashboardName: 'PersistentChatDashboard',
  });
});

test('the template names no partition, Region or account', () => {
  const named = text.replace(/^ *(#|AllowedPattern:|ConstraintDescription:).*$/gm, '');
  expect(named).not.toMatch(/arn:aws|\b[a-z]{2}-[a-z]+-\d\b|\b\d{12}\b/);
});

test("the template has no unquoted question mark inside braces, at which the SAM CLI's YAML reader stops", () => {
  expect(text).not.toMatch(/\{[^'"{}\n]*\?[^'"{}\n]*\}/);
});

test('"sam deploy" deploys what "sam build" made, and fails without it', () => {
  const deploy = readFileSync('samconfig.toml', 'utf8').split('[default.deploy.parameters]')[1];
  expect(deploy).toMatch(/^template = "\.aws-sam\/build\/template\.yaml"$/m);
});
