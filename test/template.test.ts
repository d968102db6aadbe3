import { readdirSync, readFileSync } from 'node:fs';
import type { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, test } from '@jest/globals';
import { REHYDRATION_TYPES } from '../src/outcome.ts';
import { logOutcome, METRIC_NAMES, METRICS_NAMESPACE } from '../src/report.ts';
import { CUSTOMER_CHECKS, CUSTOMER_IDENTITIES, readSettings } from '../src/settings.ts';
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

const template = readTemplate();

function stack(parameters: Parameters = {}): Fields {
  return deployed({ InstanceArn: INSTANCE_ARN, ...parameters });
}

function properties(resource: string, parameters: Parameters = {}): Fields {
  return fieldsOf(at(stack(parameters), 'Resources', resource, 'Properties'));
}

function environment(parameters: Parameters = {}): Record<string, string> {
  const variables = fieldsOf(at(properties('PersistentChatFunction', parameters), 'Environment', 'Variables'));
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, textOf(value)]));
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
    ['CustomerCheck', CUSTOMER_CHECKS],
    ['SourceContactCheck', ['ON', 'OFF']],
  ])('offer what the code knows: %s', (name, values) => {
    expect(at(template, 'Parameters', name, 'AllowedValues')).toEqual(values);
  });

  test.each(['ON', 'OFF'].flatMap(check => CUSTOMER_CHECKS.map(customers => [check, customers] as const)))(
    'are refused together exactly where the function would not start: SourceContactCheck=%s, CustomerCheck=%s',
    (...checks) => {
      const [SourceContactCheck, CustomerCheck] = checks;
      const refusedByFunction = throws(() => readSettings(environment({ SourceContactCheck, CustomerCheck })));
      expect(rulesHold({ SourceContactCheck, CustomerCheck })).toBe(!refusedByFunction);
    },
  );

  test.each(['customerId', 'HostedWidget-customerId', 'my-HostedWidget-id', 'hostedwidget-id'])(
    'refuse the attribute for the customer id exactly where the function does: %s',
    name => {
      expect(accepts('CustomerIdAttribute', name)).toBe(!throws(() => readSettings({ CUSTOMER_ID_ATTRIBUTE: name })));
    },
  );

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
    ['ConnectEndpointUrl', 'http://host.docker.internal:8075'],
  ])('may be left empty: %s', (name, value) => {
    expect([accepts(name, ''), accepts(name, value), accepts(name, 'nonsense')]).toEqual([true, true, false]);
  });
});

describe('the stack', () => {
  test('has these resources and no other: one role, one permission to invoke', () => {
    const types = Object.values(fieldsOf(template['Resources'])).map(resource => textOf(at(resource, 'Type')));
    expect(types.sort()).toEqual([
      ...Array(5).fill('AWS::CloudWatch::Alarm'),
      'AWS::CloudWatch::Dashboard',
      'AWS::Connect::ContactFlowModule',
      'AWS::Connect::IntegrationAssociation',
      'AWS::IAM::Role',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::Logs::QueryDefinition',
      'AWS::Serverless::Function',
    ]);
  });

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
  /** By what it asks for: the settings, and what Powertools for AWS Lambda reads by itself. */
  function variablesRead(): Set<string> {
    const read = new Set(['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_LOG_LEVEL']);
    const recorder = new Proxy<Record<string, string>>(
      {},
      {
        get(_, name) {
          read.add(String(name));
          return undefined;
        },
      },
    );
    readSettings(recorder);
    return read;
  }

  test('has every variable that the code reads, and none that it does not', () => {
    const { NODE_OPTIONS, ...set } = environment({ ConnectEndpointUrl: 'http://127.0.0.1:8075' });
    expect(Object.keys(set).sort()).toEqual([...variablesRead()].sort());
    // Node's own: stack traces in lines of TypeScript.
    expect(NODE_OPTIONS).toBe('--enable-source-maps');
  });

  test('is read in two places only: as a whole for the settings, and the Region that AWS Lambda sets', () => {
    const read = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .flatMap(file => {
        const code = readFileSync(`src/${file}`, 'utf8').replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
        return [...code.matchAll(/[^\s;]*\bprocess\b[^\s;]*/g)].map(([use]) => `${file}: ${use}`);
      });
    expect(read.sort()).toEqual([
      "amazon-connect/client.ts: process.env['AWS_REGION']",
      'handler.ts: readSettings(process.env)',
    ]);
  });

  test('gives each variable the value of its parameter', () => {
    const given = {
      DefaultRehydrationType: 'FROM_SEGMENT',
      SourceContactIdAttribute: 'pastChat',
      SourceContactCheck: 'ON',
      CustomerIdentity: 'ATTRIBUTE',
      CustomerIdAttribute: 'member',
      CustomerCheck: 'REQUIRED',
      ServiceName: 'shop-chat',
      LogLevel: 'DEBUG',
    };
    expect(environment(given)).toMatchObject({ POWERTOOLS_SERVICE_NAME: 'shop-chat', POWERTOOLS_LOG_LEVEL: 'DEBUG' });
    expect(readSettings(environment(given))).toEqual({
      defaultRehydrationType: 'FROM_SEGMENT',
      sourceContactIdAttribute: 'pastChat',
      sourceContactCheck: true,
      customerIdentity: 'ATTRIBUTE',
      customerIdAttribute: 'member',
      customerCheck: 'REQUIRED',
    });
  });

  test('names another Amazon Connect only when one is given', () => {
    expect(environment()).not.toHaveProperty('AWS_ENDPOINT_URL_CONNECT');
    expect(environment({ ConnectEndpointUrl: 'http://127.0.0.1:8075' })).toMatchObject({
      AWS_ENDPOINT_URL_CONNECT: 'http://127.0.0.1:8075',
    });
  });
});

describe('the function', () => {
  test('runs what the Makefile builds', () => {
    expect(at(template, 'Resources', 'PersistentChatFunction', 'Metadata')).toEqual({ BuildMethod: 'makefile' });
    expect(readFileSync('Makefile', 'utf8')).toMatch(
      /^build-PersistentChatFunction:\n(\t.*\n)*\tnpm ci\n\tnpm run build\n/m,
    );
    expect(properties('PersistentChatFunction')).toMatchObject({
      CodeUri: '.',
      Handler: 'handler.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      // A share of a processor: the comment there weighs it.
      MemorySize: 512,
    });
  });

  test('answers before the flow gives up waiting, unless the deployment says otherwise', () => {
    const flowModule = JSON.parse(readFileSync('flow-module/persistent-chat.json', 'utf8'));
    const [invocation] = flowModule.Actions;
    expect(at(properties('PersistentChatFunction'), 'Timeout')).toBeLessThan(
      Number(invocation.Parameters.InvocationTimeLimitSeconds),
    );
    expect(at(properties('PersistentChatFunction', { FunctionTimeout: 60 }), 'Timeout')).toBe(60);
    expect(at(template, 'Parameters', 'FunctionTimeout')).toMatchObject({ MinValue: 1, MaxValue: 60 });
  });

  test('logs JSON into a log group of its own, which forgets', () => {
    expect(properties('PersistentChatFunction')['LoggingConfig']).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      LogGroup: 'PersistentChatLogGroup',
    });
    expect(properties('PersistentChatLogGroup', { 'AWS::StackName': 'shop', LogRetentionDays: 90 })).toEqual({
      LogGroupName: '/aws/lambda/shop',
      RetentionInDays: 90,
    });
  });

  test('never has its metrics dropped: AWS Lambda takes their lines for INFO', () => {
    for (const level of listOf(at(template, 'Parameters', 'LogLevel', 'AllowedValues'))) {
      expect(['TRACE', 'DEBUG', 'INFO']).toContain(level);
      const { LoggingConfig } = properties('PersistentChatFunction', { LogLevel: textOf(level) });
      expect(at(LoggingConfig, 'ApplicationLogLevel')).toBe(level);
    }
  });

  test('is traced', () => {
    expect(properties('PersistentChatFunction')['Tracing']).toBe('Active');
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

  test.each([
    ['ON', ['connect:CreatePersistentContactAssociation', 'connect:DescribeContact']],
    ['OFF', ['connect:CreatePersistentContactAssociation']],
  ])('may do what the function calls and nothing else, with SourceContactCheck=%s', (SourceContactCheck, actions) => {
    const connect = { Effect: 'Allow', Action: actions, Resource: [INSTANCE_ARN, `${INSTANCE_ARN}/contact/*`] };
    expect(statements({ SourceContactCheck, CustomerCheck: 'OFF' })).toEqual([connect, log, traces]);
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

  test('knows the function, so that the flow designer lists it', () => {
    expect(properties('PersistentChatAssociation')).toEqual({
      InstanceId: INSTANCE_ARN,
      IntegrationType: 'LAMBDA_FUNCTION',
      IntegrationArn: 'PersistentChatFunction.Arn',
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
function expectPublished({ namespace, name, dimensions }: Metric, service = 'persistent-chat'): void {
  if (namespace === 'AWS/Lambda') {
    expect(['Errors', 'Throttles', 'Invocations', 'Duration']).toContain(name);
    expect(dimensions).toEqual({ FunctionName: 'PersistentChatFunction' });
  } else {
    expect(namespace).toBe(METRICS_NAMESPACE);
    expect(METRIC_NAMES).toContain(name);
    expect(dimensions).toEqual({ service, InstanceId: INSTANCE_ID });
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
  test('are five', () => {
    expect(alarms().map(([name]) => name)).toEqual([
      'ErrorBranchAlarm',
      'FailedChatsAlarm',
      'RejectedByConnectAlarm',
      'NotOwnedAlarm',
      'SilenceAlarm',
    ]);
  });

  test.each(alarms({ ServiceName: 'shop' }))('watch metrics that are published: %s', (_, alarm) => {
    const queries = queriesOf(alarm).filter(query => 'MetricStat' in query);
    const metrics = queries.length > 0 ? queries.map(query => at(query, 'MetricStat', 'Metric')) : [alarm];
    for (const metric of metrics) expectPublished(metricOf(metric), 'shop');
  });

  test.each(alarms())('say what to do, in what CloudWatch has room for: %s', (_, alarm) => {
    const description = textOf(alarm['AlarmDescription']);
    expect(description).toContain('What to do:');
    expect(description.length).toBeLessThanOrEqual(1024);
  });

  test.each(alarms())('stay quiet when nothing happens: %s', (_, alarm) => {
    expect(alarm['TreatMissingData']).toBe('notBreaching');
  });

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
    ['silence', 3600],
  ])('sum up one window, as long as README says: %s, %d seconds', (name, seconds) => {
    const alarm = alarms().find(([, { AlarmName }]) => AlarmName === `persistent-chat-${name}`)?.[1] ?? {};
    const fetched = queriesOf(alarm).flatMap(query => ('MetricStat' in query ? [fieldsOf(query['MetricStat'])] : []));
    const windows = [...fetched, alarm].flatMap(({ Period, Stat, Statistic = Stat }) =>
      Period === undefined ? [] : [[Period, Statistic]],
    );
    expect(windows).toEqual(Array(fetched.length || 1).fill([seconds, 'Sum']));
    expect(alarm['EvaluationPeriods']).toBe(1);
    expect(alarm).not.toHaveProperty('DatapointsToAlarm');
  });

  test('tell the topic, where there is one', () => {
    for (const [, alarm] of alarms()) expect(alarm).not.toHaveProperty('AlarmActions');
    for (const [, alarm] of alarms({ AlarmTopicArn: TOPIC_ARN })) {
      expect([alarm['AlarmActions'], alarm['OKActions']]).toEqual([[TOPIC_ARN], [TOPIC_ARN]]);
    }
  });
});

describe('an alarm sounds', () => {
  /**
   * Whether an alarm's threshold is reached by the sums of one period. Computes its metric math, in which only `FILL`
   * makes something of a metric that has no data.
   */
  function sounds(name: string, sums: Record<string, number>, parameters: Parameters = {}): boolean {
    const alarm = fieldsOf(Object.fromEntries(alarms(parameters))[name]);
    const queries = queriesOf(alarm);
    const value = 'Expression' in (queries[0] ?? {}) ? compute(queries) : (sums[textOf(alarm['MetricName'])] ?? 0);
    expect(alarm['ComparisonOperator']).toBe('GreaterThanOrEqualToThreshold');
    return value >= Number(alarm['Threshold']);

    function compute(all: Fields[]): number {
      const values: Record<string, number> = {};
      const expressions: [string, string][] = [];
      for (const query of all) {
        const id = textOf(query['Id']);
        if ('Expression' in query) expressions.unshift([id, textOf(query['Expression'])]);
        else values[id] = sums[textOf(at(query, 'MetricStat', 'Metric', 'MetricName'))] ?? Number.NaN;
      }
      const FILL = (sum: number, otherwise: number) => (Number.isNaN(sum) ? otherwise : sum);
      const IF = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
      let result = Number.NaN;
      for (const [id, expression] of expressions) {
        const names = Object.keys(values);
        const run = new Function('FILL', 'IF', ...names, `return ${expression.replaceAll(' AND ', ' && ')}`);
        result = run(FILL, IF, ...names.map(each => values[each]));
        values[id] = result;
      }
      return result;
    }
  }

  test.each([
    ['one error', { Errors: 1 }, true],
    ['one invocation that AWS Lambda throttled', { Throttles: 1 }, true],
    ['invocations without an error', { Errors: 0, Invocations: 9 }, false],
    ['nothing at all', {}, false],
  ])('ErrorBranch: %s', (_, sums, expected) => {
    expect(sounds('ErrorBranchAlarm', sums)).toBe(expected);
  });

  test.each([
    ['a chat that failed', { FAILED: 1 }, false],
    ['three', { FAILED: 3 }, true],
  ])('FailedChats: %s', (_, sums, expected) => {
    expect(sounds('FailedChatsAlarm', sums)).toBe(expected);
  });

  test.each([
    ['one chat, refused', { REJECTED: 1, REJECTED_BY_CONNECT: 1 }, false],
    ['five of ten', { ASSOCIATED: 5, REJECTED: 5, REJECTED_BY_CONNECT: 5 }, true],
    ['five of a hundred', { ASSOCIATED: 95, REJECTED: 5, REJECTED_BY_CONNECT: 5 }, false],
    ['chats that just ended', { REJECTED: 50, SOURCE_CONTACT_JUST_ENDED: 50 }, false],
    ['nothing at all', {}, false],
  ])('RejectedByConnect: %s', (_, sums, expected) => {
    expect(sounds('RejectedByConnectAlarm', sums)).toBe(expected);
  });

  test.each([
    ['one past chat of somebody else', { SOURCE_CONTACT_NOT_OWNED: 1 }, true],
    ['none', {}, false],
  ])('NotOwned: %s', (_, sums, expected) => {
    expect(sounds('NotOwnedAlarm', sums)).toBe(expected);
  });

  test.each([
    ['chats came, none named a past one', { NO_SOURCE_CONTACT: 20 }, true],
    ['chats came, none was continued', { NO_SOURCE_CONTACT: 10, REJECTED: 10 }, true],
    ['chats came, all named a past one, none was continued', { REJECTED: 20 }, true],
    ['chats came, one kept its history', { NO_SOURCE_CONTACT: 99, ASSOCIATED: 1 }, false],
    ['chats came, one had its history already', { NO_SOURCE_CONTACT: 99, ALREADY_PERSISTENT: 1 }, false],
    ['too few came to tell', { NO_SOURCE_CONTACT: 19 }, false],
    ['only calls came', { NOT_APPLICABLE: 99, CHANNEL_NOT_SUPPORTED: 99 }, false],
    ['nobody came', {}, false],
  ])('Silence: %s', (_, sums, expected) => {
    expect(sounds('SilenceAlarm', sums)).toBe(expected);
  });

  test('Silence: after as many chats as the deployment says', () => {
    expect(sounds('SilenceAlarm', { NO_SOURCE_CONTACT: 5 }, { SilenceAfterChats: 5 })).toBe(true);
  });
});

describe('the dashboard', () => {
  interface Widget {
    type: string;
    properties: {
      title: string;
      region?: string;
      stat?: string;
      metrics?: unknown[][];
      alarms?: string[];
      query?: string;
    };
  }
  const body = textOf(properties('PersistentChatDashboard')['DashboardBody']);
  const widgets: Widget[] = JSON.parse(body).widgets;

  /** The metrics of a widget; "." stands for what the row above has there. */
  function metricsOf(widget: Widget): Metric[] {
    const rows: string[][] = [];
    for (const row of widget.properties.metrics ?? []) {
      const words = row.filter(word => typeof word === 'string');
      if (words.length > 0) rows.push(words.map((word, index) => (word === '.' ? (rows.at(-1)?.[index] ?? '') : word)));
    }
    return rows.map(([namespace = '', name = '', ...dimensions]) => ({
      namespace,
      name,
      dimensions: Object.fromEntries(
        dimensions.flatMap((word, index) => (index % 2 === 0 ? [[word, dimensions[index + 1] ?? '']] : [])),
      ),
    }));
  }

  test('shows metrics that are published', () => {
    for (const metric of widgets.flatMap(metricsOf)) expectPublished(metric);
  });

  test('shows every metric of the block', () => {
    const shown = new Set(widgets.flatMap(metricsOf).map(metric => metric.name));
    // A sum of its reasons, all of which are shown.
    expect(METRIC_NAMES.filter(name => !shown.has(name))).toEqual(['NOT_APPLICABLE']);
  });

  test('computes with metrics of the same widget', () => {
    for (const widget of widgets) {
      const options = (widget.properties.metrics ?? []).map(row => Object(row.at(-1)));
      const ids = options.map(option => option.id);
      const used = options.flatMap(option => String(option.expression ?? '').match(/\b[a-z]+\b/g) ?? []);
      for (const id of used) expect(ids).toContain(id);
    }
  });

  test.each([
    ['Came back', 'FILL(ASSOCIATED, 0) + FILL(ALREADY_PERSISTENT, 0) + FILL(REJECTED, 0) + FILL(FAILED, 0)'],
    ['Kept their history', 'FILL(ASSOCIATED, 0) + FILL(ALREADY_PERSISTENT, 0)'],
    ['Kept, %', '100 * Kept their history / Came back'],
  ])('counts what it says: %s', (label, expected) => {
    const rows = widgets[0]?.properties.metrics ?? [];
    const nameOf = new Map(rows.map(row => [Object(row.at(-1)).id, Object(row.at(-1)).label ?? row[1]]));
    const shown = rows.map(row => Object(row.at(-1))).find(options => options.label === label);
    expect(shown?.expression.replace(/\b[a-z]+\b/g, (id: string) => nameOf.get(id))).toBe(expected);
  });

  test.each([
    ['Average', 'ATTEMPTS', 'Average'],
    ['Most', 'ATTEMPTS', 'Maximum'],
    ['Half take less', 'Duration', 'p50'],
    ['99 of 100 take less', 'Duration', 'p99'],
    ['Longest', 'Duration', 'Maximum'],
  ])('shows the statistic that it says: %s', (label, metric, stat) => {
    const rows = widgets.flatMap(widget => widget.properties.metrics ?? []);
    const shown = rows.filter(row => Object(row.at(-1)).label === label);
    expect(shown.map(row => [row[1], Object(row.at(-1)).stat])).toEqual([[metric, stat]]);
  });

  test('sums up what has no statistic of its own', () => {
    for (const { type, properties } of widgets) expect(properties.stat).toBe(type === 'metric' ? 'Sum' : undefined);
  });

  test("counts what was thrown once, at start-up too: by the line of AWS Lambda's Node runtime", () => {
    const thrown = widgets.find(({ properties }) => properties.title === 'What was thrown');
    expect(thrown?.properties.query).toContain("| filter level = 'ERROR' and ispresent(message.errorMessage) |");
    expect(thrown?.properties.query).toMatch(
      /coalesce\(message\.name, message\.errorType\) as error, message\.errorMessage as what .* by error, what /,
    );
  });

  test('shows every alarm, and this log group', () => {
    const shown = widgets.flatMap(widget => widget.properties.alarms ?? []);
    expect(shown).toEqual(alarms().map(([name]) => `${name}.Arn`));
    const queries = widgets.flatMap(widget => widget.properties.query ?? []);
    expect(queries).toHaveLength(2);
    for (const query of queries) expect(query).toMatch(/^SOURCE 'PersistentChatLogGroup' \| /);
  });

  test('is one for each Region of an account, and of that Region', () => {
    expect(properties('PersistentChatDashboard')['DashboardName']).toBe('persistent-chat-eu-central-1');
    for (const { type, properties } of widgets)
      expect(properties.region).toBe(type === 'alarm' ? undefined : 'eu-central-1');
  });

  test.each([
    ['aws', 'https://console.aws.amazon.com/'],
    ['aws-cn', 'https://console.amazonaws.cn/'],
    ['aws-us-gov', 'https://console.amazonaws-us-gov.com/'],
    ['aws-eusc', 'https://console.amazonaws-eusc.eu/'],
    ['aws-another', 'https://console.aws.amazon.com/'],
  ])('has a URL in the partition %s', (partition, console) => {
    const url = textOf(at(stack({ 'AWS::Partition': partition }), 'Outputs', 'DashboardUrl', 'Value'));
    expect(url).toBe(`${console}cloudwatch/home?region=eu-central-1#dashboards:name=PersistentChatDashboard`);
  });
});

describe('the saved query', () => {
  const { LogGroupNames, QueryString } = properties('WhatHappenedToContactQuery');

  test('asks this log for one contact', () => {
    expect(LogGroupNames).toEqual(['PersistentChatLogGroup']);
    expect(QueryString).toContain('filter contactId = "CONTACT-ID"');
  });

  test('shows every field of the line that the function logs', () => {
    const logged: string[] = [];
    const logger = { info: (_: string, fields: object) => logged.push(...Object.keys(fields)) };
    logOutcome(logger as unknown as Logger, { outcome: { status: 'NO_SOURCE_CONTACT' }, asked: {} }, 1);
    expect(logged).toContain('associationStatus');
    for (const field of logged) expect(QueryString).toContain(field);
  });
});

describe('the outputs', () => {
  test('are what a flow author and an operator look for', () => {
    const outputs = Object.entries(fieldsOf(stack()['Outputs']));
    expect(Object.fromEntries(outputs.map(([name, output]) => [name, at(output, 'Value')]))).toEqual({
      FunctionArn: 'PersistentChatFunction.Arn',
      FlowModuleArn: 'PersistentChatFlowModule',
      LogGroupName: 'PersistentChatLogGroup',
      DashboardUrl: expect.stringContaining('PersistentChatDashboard'),
    });
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
