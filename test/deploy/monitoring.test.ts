import { describe, expect, test } from '@jest/globals';
import { METRICS, METRICS_NAMESPACE } from '../../src/report.ts';
import * as reader from './template-reader.ts';

const { alarmsOf, at, fieldsOf, listOf, properties, textOf, WITH_STORE } = reader;
type Fields = reader.Fields;
type Parameters = reader.Parameters;

/** The sum of each metric that has points, and as `chats` the number of points of the function's own metrics. */
type Points = Record<string, number>;
type Alarm = (points: Points) => boolean;

const REACHED = { Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' };

/** What every alarm comes to, by its name: of what has no data it is NaN, which starts none. */
function alarms(given: Parameters = {}): Map<string, Alarm> {
  const found = [given, { ...given, ...WITH_STORE }].flatMap(alarmsOf);
  return new Map(
    found.map(([, alarm]) => {
      expect(alarm).toMatchObject({ ...REACHED, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
      const queries = listOf(at(alarm, 'Metrics')).map(fieldsOf);
      const [result, ...more] = queries.filter(query => query['ReturnData'] !== false);
      expect(more).toEqual([]);
      const value = valuesOf(fieldsOf(result), queries);
      return [textOf(at(alarm, 'AlarmName')).replace('persistent-chat-', ''), points => value(points) >= 1];
    }),
  );
}

/** A metric's statistic, or metric math over other queries of the alarm. */
function valuesOf(query: Fields, queries: Fields[]): (points: Points) => number {
  if ('MetricStat' in query) {
    const { Metric, Stat, Period } = fieldsOf(query['MetricStat']);
    expect(Period).toBe(30 * 60);
    return points => points[Stat === 'SampleCount' ? 'chats' : textOf(at(Metric, 'MetricName'))] ?? Number.NaN;
  }
  const expression = textOf(query['Expression']);
  const used = queries.filter(({ Id }) => expression.match(/\b[a-z]+\b/g)?.includes(textOf(Id)));
  const operands = used.map(each => valuesOf(each, queries));
  const names = ['FILL', 'IF', ...used.map(({ Id }) => textOf(Id))];
  const compute = new Function(...names, `return ${expression.replaceAll(' AND ', ' && ')}`);
  return points => {
    const given = operands.map(operand => operand(points));
    return !expression.includes('FILL(') && given.some(Number.isNaN) ? Number.NaN : compute(FILL, IF, ...given);
  };
}
const FILL = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);
const IF = (condition: boolean, yes: number, no: number) => (condition ? yes : no);

/** What half an hour comes to in which chats come as often as they do from 8 to 18 o'clock, from the nth on. */
function halfHour(chatsADay: number, from: number, chat: (n: number) => Points): Points {
  const sum: Points = {};
  for (let n = from; n < from + chatsADay / 20; n += 1) {
    for (const [name, value] of Object.entries(chat(n))) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}

const NONE: Points = Object.fromEntries(METRICS.map(name => [name, 0]));
const NEW = { ...NONE, chats: 1, Invocations: 1, Errors: 0, Throttles: 0 };
/** Of the returning chats on a good day, those without history: each share with the ones before it. */
const WITHOUT_HISTORY = Object.entries({ Failed: 0.005, RejectedByConnect: 0.015, NotOwned: 0.018, otherwise: 0.1 });

const random = (n: number, seed: number) => Math.abs(Math.sin(n * 12.9898 + seed * 78.233) * 43_758.5453) % 1;

/** Three of ten come back. */
function goodChat(n: number, seed = 1): Points {
  if (![0, 3, 6].includes(n % 10)) return NEW;
  const [fault] = WITHOUT_HISTORY.find(([, share]) => random(n, seed) < share) ?? [];
  const came = fault ? { [fault]: 1 } : { Continued: 1, Unverified: Number(random(n, seed + 0.5) < 0.01) };
  return { ...NEW, Returning: 1, ...came };
}

describe.each([500, 50_000])('with %d chats a day', chats => {
  // CloudWatch's windows slide, unless an alarm says otherwise (user guide, "Alarm evaluation window").
  test.each([1, 2, 3])('no alarm sounds on a good day, nor at night: %d', seed => {
    const from = (n: number) => Math.floor((n * chats) / 200);
    const windows = Array.from({ length: 200 }, (_, n) => halfHour(chats, from(n), m => goodChat(m, seed)));
    const all = [...alarms().values()];
    const sounding = [{}, ...windows].filter(points => all.some(alarm => alarm(points)));
    expect(sounding).toEqual([]);
  });

  // Of many chats, a part is enough.
  test.each<[alarm: string, what: string, part: number, bad: Points]>([
    ['error-branch', "the function's role lost its permission", 0.25, { Errors: 3, Invocations: 3 }],
    ['error-branch', 'AWS Lambda throttles the function', 0.25, { Throttles: 3 }],
    ['failed-chats', 'Amazon Connect does not answer', 0.25, { ...NEW, Returning: 1, Failed: 1 }],
    ['rejected-by-connect', 'the bucket was changed', 0.25, { ...NEW, Returning: 1, RejectedByConnect: 1 }],
    ['not-owned', "a server passes other customers' ids", 0.25, { ...NEW, Returning: 1, NotOwned: 1 }],
    ['unverified', 'nobody sets identities', 0.25, { ...NEW, Returning: 1, Continued: 1, Unverified: 1 }],
    ['low-success-rate', 'past chats do not end', 0.6, { ...NEW, Returning: 1 }],
    ['no-history', 'the website no longer passes the id', 1, NEW],
    ['session-store', 'the table does not answer', 1, { ...NEW, Returning: 1, SessionStoreFailed: 1 }],
  ])('%s sounds within 30 minutes: %s', (name, _, part, bad) => {
    const isBad = (n: number) => (chats === 500 || n % 100 < part * 100) && goodChat(n)['Returning'] === 1;
    const points = halfHour(chats, chats / 2, n => (isBad(n) ? bad : goodChat(n)));
    expect(alarms().get(name)?.(points)).toBe(true);
  });
});

const SHARES = [
  ['failed-chats', 'Failed', 'Returning'],
  ['rejected-by-connect', 'RejectedByConnect', 'Returning'],
  ['not-owned', 'NotOwned', 'Returning'],
  ['unverified', 'Unverified', 'Returning'],
  ['session-store', 'SessionStoreFailed', 'chats'],
  ['error-branch', 'Errors', 'Invocations'],
] as const;
const FIFTH = { AlarmMinChats: 1, AlarmSharePercent: 20 };
test.each<[alarm: string, sounds: boolean, Points, Parameters?]>([
  ...SHARES.flatMap(([alarm, metric, all]): [string, boolean, Points, Parameters?][] => [
    [alarm, false, { [metric]: 4, [all]: 4 }],
    [alarm, true, { [metric]: 5, [all]: 50 }],
    [alarm, false, { [metric]: 5, [all]: 51 }],
    [alarm, true, { [metric]: 1, [all]: 5 }, FIFTH],
  ]),
  ['error-branch', true, { Errors: 2, Throttles: 3, Invocations: 47 }],
  ['error-branch', false, { Errors: 2, Throttles: 3, Invocations: 48 }],
  ['low-success-rate', false, { Returning: 4, Continued: 0 }],
  ['low-success-rate', false, { Returning: 10, Continued: 5 }],
  ['low-success-rate', true, { Returning: 10, Continued: 5 }, { SuccessRateAlarmPercent: 51 }],
  ['no-history', false, { Continued: 0, chats: 19 }],
  ['no-history', true, { Continued: 0, chats: 19 }, { NoHistoryAlarmMinChats: 19 }],
  ['no-history', false, { Continued: 1, chats: 100 }],
  ['no-history', true, { Continued: 1, chats: 101 }],
])('%s, %s: %j %j', (name, sounds, points, parameters = {}) => {
  expect(alarms(parameters).get(name)?.(points)).toBe(sounds);
});

const TOPIC_ARN = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const LONGEST_STACK_NAME = 's'.repeat(128);

/** Fails unless somebody publishes this metric: its namespace, name, and one dimension's name and value. */
function expectPublished([namespace = '', name, ...dimension]: readonly reader.Value[], service: string): void {
  const ofLambda = namespace === 'AWS/Lambda';
  expect(namespace).toBe(ofLambda ? namespace : METRICS_NAMESPACE);
  expect(ofLambda ? ['Errors', 'Throttles', 'Invocations', 'Duration'] : METRICS).toContain(name);
  expect(dimension).toEqual(ofLambda ? ['FunctionName', 'PersistentChatFunction'] : ['service', service]);
}

describe('the alarms', () => {
  /** Every alarm, of a deployment with a topic and a long name; some are there only with the session store. */
  const all = [{}, WITH_STORE].flatMap(parameters =>
    alarmsOf({ 'AWS::StackName': LONGEST_STACK_NAME, AlarmTopicArn: TOPIC_ARN, ...parameters }),
  );
  test.each([...new Map(all)])(
    'watch metrics that this stack publishes, notify the topic, and say what to do within 1,024 characters: %s',
    (_, alarm) => {
      for (const query of listOf(alarm['Metrics']).filter(each => 'MetricStat' in fieldsOf(each))) {
        const metric = at(query, 'MetricStat', 'Metric');
        const dimensions = listOf(at(metric, 'Dimensions')).flatMap(each => [at(each, 'Name'), at(each, 'Value')]);
        expectPublished([at(metric, 'Namespace'), at(metric, 'MetricName'), ...dimensions], LONGEST_STACK_NAME);
      }
      expect(alarm).toMatchObject({ AlarmActions: [TOPIC_ARN], OKActions: [TOPIC_ARN] });
      const description = textOf(alarm['AlarmDescription']);
      expect([description, description.length <= 1024]).toEqual([expect.stringContaining('What to do:'), true]);
    },
  );

  test.each<[Parameters, unverified: boolean, store: boolean]>([
    [{}, true, false],
    [{ SourceContactCheck: 'OFF' }, false, false],
    [{ SourceContactCheck: 'CONTACT' }, false, false],
    [{ SourceContactCheck: 'OWNER_REQUIRED' }, false, false],
    [WITH_STORE, false, true],
  ])('are there where they can sound, and notify nobody without a topic: %j', (parameters, unverified, store) => {
    const names = alarmsOf(parameters).map(([name]) => name);
    expect(['UnverifiedAlarm', 'SessionStoreAlarm'].map(name => names.includes(name))).toEqual([unverified, store]);
    for (const [, alarm] of alarmsOf(parameters)) expect(alarm).not.toHaveProperty('AlarmActions');
  });
});

describe('the dashboard', () => {
  interface Widget {
    type: string;
    properties: { title?: string; region?: string; metrics?: unknown[][]; alarms?: string[]; query?: string };
  }
  const widgetsOf = (parameters: Parameters): Widget[] =>
    JSON.parse(textOf(properties('PersistentChatDashboard', parameters)['DashboardBody'])).widgets;
  const widgets = widgetsOf({ 'AWS::StackName': 'shop' });

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

  test("queries this stack's log, and counts an error once, by the line of AWS Lambda's Node runtime; also the store's", () => {
    const queries = widgets.flatMap(widget => widget.properties.query ?? []);
    expect(queries).toEqual(Array(3).fill(expect.stringMatching(/^SOURCE 'PersistentChatLogGroup' \| /)));
    expect(widgets.find(widget => widget.properties.title === 'Errors by message')?.properties.query).toContain(
      "| filter (level = 'ERROR' and ispresent(message.errorMessage)) or ispresent(storeError.name) |",
    );
  });

  test.each([{}, WITH_STORE])('shows every alarm: %j', parameters => {
    const shown = widgetsOf(parameters).flatMap(widget => widget.properties.alarms ?? []);
    expect(shown).toEqual(alarmsOf(parameters).map(([name]) => `${name}.Arn`));
  });

  test('is one for each Region of an account, and of that Region', () => {
    const { DashboardName } = properties('PersistentChatDashboard', { 'AWS::StackName': 'shop' });
    expect(DashboardName).toBe('shop-eu-central-1');
    for (const { type, properties } of widgets) {
      expect(properties.region).toBe(['alarm', 'text'].includes(type) ? undefined : 'eu-central-1');
    }
  });
});
