import { describe, expect, test } from '@jest/globals';
import { REASONS } from '../../src/outcome.ts';
import { METRICS, METRICS_NAMESPACE } from '../../src/report.ts';
import * as reader from './template-reader.ts';

const { alarmsOf, at, fieldsOf, listOf, properties, WITH_STORE } = reader;
type Fields = reader.Fields;
type Parameters = reader.Parameters;

/** The sum of each metric that has points, and as `chats` the number of points of the function's own metrics. */
type Points = Record<string, number>;

/** Every alarm, of a deployment with these parameters; some are there only with the session store. */
const everyAlarm = (given: Parameters) => new Map([given, { ...given, ...WITH_STORE }].flatMap(alarmsOf));

/** Whether an alarm starts within 30 minutes with these points. */
function starts(name: string, given: Parameters, points: Points): boolean {
  const alarm = [...everyAlarm(given).values()].find(each => each['AlarmName'] === `persistent-chat-${name}`);
  const queries = listOf(alarm?.['Metrics']).map(fieldsOf);
  const [result, ...more] = queries.filter(query => query['ReturnData'] !== false);
  expect(more).toEqual([]);
  return evaluate(fieldsOf(result), queries, points) >= 1;
}

/** A query's value: a metric's statistic, or metric math over other queries of the alarm; without data NaN. */
function evaluate(query: Fields, queries: Fields[], points: Points): number {
  if ('MetricStat' in query) {
    const { Metric, Stat, Period } = fieldsOf(query['MetricStat']);
    expect(Period).toBe(30 * 60);
    return points[Stat === 'SampleCount' ? 'chats' : String(at(Metric, 'MetricName'))] ?? Number.NaN;
  }
  const expression = String(query['Expression']);
  const used = queries.filter(({ Id }) => expression.match(/\b[a-z]+\b/g)?.includes(String(Id)));
  const operands = used.map(each => evaluate(each, queries, points));
  if (!expression.includes('FILL(') && operands.some(Number.isNaN)) return Number.NaN;
  const names = ['FILL', 'IF', ...used.map(({ Id }) => String(Id))];
  return new Function(...names, `return ${expression.replaceAll(' AND ', ' && ')}`)(FILL, IF, ...operands);
}
const FILL = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);
const IF = (condition: boolean, yes: number, no?: number) => (condition ? yes : no);

const SHARES = [
  ['failed-chats', 'Failed', 'Returning'],
  ['rejected-by-connect', 'RejectedByConnect', 'Returning'],
  ['not-owned', 'NotOwned', 'Returning'],
  ['unverified', 'Unverified', 'Returning'],
  ['session-store', 'SessionStoreFailed', 'chats'],
  ['error-branch', 'Errors', 'Invocations'],
] as const;
const FIFTH = { AlarmMinChats: 1, AlarmSharePercent: 20 };
test.each<[alarm: string, starts: boolean, Points, Parameters?]>([
  ...SHARES.flatMap(([alarm, metric, all]): [string, boolean, Points, Parameters?][] => [
    [alarm, false, {}],
    [alarm, false, { [metric]: 4, [all]: 4 }],
    [alarm, true, { [metric]: 5, [all]: 50 }],
    [alarm, false, { [metric]: 5, [all]: 51 }],
    [alarm, true, { [metric]: 1, [all]: 5 }, FIFTH],
  ]),
  ['error-branch', true, { Throttles: 5 }],
  ['error-branch', true, { Errors: 2, Throttles: 3, Invocations: 47 }],
  ['error-branch', false, { Errors: 2, Throttles: 3, Invocations: 48 }],
  ['low-success-rate', false, { Returning: 5, Continued: 1 }],
  ['low-success-rate', false, { Returning: 10, Continued: 5 }],
  ['low-success-rate', true, { Returning: 10, Continued: 5 }, { SuccessRateAlarmPercent: 51 }],
  ['no-history', false, { Continued: 0, chats: 19 }],
  ['no-history', true, { Continued: 0, chats: 19 }, { NoHistoryAlarmMinChats: 19 }],
  ['no-history', false, { Continued: 1, chats: 100 }],
  ['no-history', true, { Continued: 1, chats: 101 }],
])('%s starts, %s: %j %j', (name, expected, points, parameters = {}) => {
  expect(starts(name, parameters, points)).toBe(expected);
});

test.each<{ chats: number; returning: number; share: number | undefined }>([
  { chats: 39, returning: 0, share: undefined },
  { chats: 40, returning: 10, share: 25 },
])('past-contact-share compares $share % of $chats chats in an hour with the lower band of that share', row => {
  const alarm = properties('PastContactShareAlarm');
  const [band, share, ...counts] = listOf(alarm['Metrics']).map(fieldsOf);
  // CloudWatch takes two results of such an alarm: what it watches, and its band.
  expect([band?.['ReturnData'], share?.['ReturnData']]).toEqual([undefined, undefined]);
  expect([band?.['Id'], band?.['Expression']]).toEqual(['expected', 'ANOMALY_DETECTION_BAND(share, 3.5)']);
  const metric = (Stat: string) => ({
    Period: 3600,
    Stat,
    Metric: expect.objectContaining({ MetricName: 'Returning' }),
  });
  expect(counts).toMatchObject([
    { Id: 'chats', ReturnData: false, MetricStat: metric('SampleCount') },
    { Id: 'returning', ReturnData: false, MetricStat: metric('Sum') },
  ]);
  const shareOf = new Function('IF', 'chats', 'returning', `return ${share?.['Expression']}`);
  expect(shareOf(IF, row.chats, row.returning)).toBe(row.share);
});

const LONGEST_STACK_NAME = 's'.repeat(128);

/** Fails unless somebody publishes this metric: its namespace, name, and one dimension's name and value. */
function expectPublished([namespace = '', name, ...dimension]: readonly reader.Value[], service: string): void {
  const ofLambda = namespace === 'AWS/Lambda';
  expect(namespace).toBe(ofLambda ? namespace : METRICS_NAMESPACE);
  expect(ofLambda ? ['Errors', 'Throttles', 'Invocations', 'Duration'] : Object.keys(METRICS)).toContain(name);
  expect(dimension).toEqual(ofLambda ? ['FunctionName', 'PersistentChatFunction'] : ['service', service]);
}

describe('the alarms', () => {
  test.each([...everyAlarm({ 'AWS::StackName': LONGEST_STACK_NAME })])(
    'watch metrics that this stack publishes, and say what to do within 1,024 characters: %s',
    (_, alarm) => {
      for (const query of listOf(alarm['Metrics']).filter(each => 'MetricStat' in fieldsOf(each))) {
        const metric = at(query, 'MetricStat', 'Metric');
        const dimensions = listOf(at(metric, 'Dimensions')).flatMap(each => [at(each, 'Name'), at(each, 'Value')]);
        expectPublished([at(metric, 'Namespace'), at(metric, 'MetricName'), ...dimensions], LONGEST_STACK_NAME);
      }
      expect(alarm['AlarmDescription']).toMatch(/^(?=.*What to do:).{1,1024}$/);
    },
  );
});

/** A line of the log, its fields by their paths. */
type Line = Record<string, string>;

/** Whether the filter of a query of CloudWatch Logs Insights keeps a line. */
function keeps(query = '', line: Line): boolean {
  const [, filter = ''] = /\| filter (.*?) \|/.exec(query) ?? [];
  const words: Record<string, string> = { and: '&&', or: '||', ispresent: '', '.includes': '.includes' };
  const expression = filter
    .replaceAll(/(\w+) in (\[.*?\])/g, '$2.includes($1)')
    .replaceAll(' = ', ' === ')
    .replaceAll(/'[^']*'|[\w.]+/g, word => words[word] ?? (word.startsWith("'") ? word : `line["${word}"]`));
  return Boolean(new Function('line', `return ${expression}`)(line));
}

describe('the dashboard', () => {
  interface Widget {
    type: string;
    properties: { title?: string; region?: string; metrics?: unknown[][]; alarms?: string[]; query?: string };
  }
  const widgetsOf = (parameters: Parameters): Widget[] =>
    JSON.parse(String(properties('PersistentChatDashboard', parameters)['DashboardBody'])).widgets;
  const widgets = widgetsOf({ 'AWS::StackName': 'shop' });
  const queryOf = (title: string) =>
    widgets.find(({ properties }) => properties.title === title)?.properties.query ?? '';

  test('shows every metric of the function, only published ones, and computes with metrics of the same widget', () => {
    const shown: unknown[] = [];
    for (const { metrics = [] } of widgets.map(each => each.properties)) {
      const options = metrics.map(row => Object(row.at(-1)));
      const used = options.flatMap(({ expression = '' }) => String(expression).match(/\b[a-z]+\b/g) ?? []);
      expect(options.map(({ id }) => id)).toEqual(expect.arrayContaining(used));
      // "." stands for what the row above has there.
      let above: string[] = [];
      for (const row of metrics.map(words => words.filter(word => typeof word === 'string')).filter(row => row[0])) {
        above = row.map((word, index) => (word === '.' ? (above[index] ?? '') : word));
        expectPublished(above, 'shop');
        shown.push(above[1]);
      }
    }
    expect(shown).toEqual(expect.arrayContaining(Object.keys(METRICS)));
  });

  const CAUSES = 'By reason and error';
  const RUNS = 'What runs, by the log';
  const QUIET = ['ASSOCIATED', 'ALREADY_PERSISTENT', 'FOUND', 'NO_SOURCE_CONTACT'];
  const LINES: { title: string; line: Line; shown: boolean }[] = [
    ...Object.keys(REASONS).map(associationStatus => {
      return { title: CAUSES, line: { associationStatus }, shown: !QUIET.includes(associationStatus) };
    }),
    { title: CAUSES, line: { associationStatus: 'FOUND', reason: 'SESSION_NOT_LISTED' }, shown: true },
    { title: RUNS, line: { version: '2.1.0' }, shown: true },
    { title: RUNS, line: { type: 'platform.report' }, shown: false },
    { title: 'Cold starts (milliseconds)', line: { type: 'platform.report' }, shown: true },
    { title: 'Cold starts (milliseconds)', line: { type: 'platform.start' }, shown: false },
    // An error has a line of AWS Lambda's Node runtime, and one of the function's own, which would count it twice.
    { title: 'Errors by message', line: { level: 'ERROR', 'message.errorMessage': 'x' }, shown: true },
    { title: 'Errors by message', line: { level: 'ERROR', 'error.message': 'x' }, shown: false },
    { title: 'Errors by message', line: { level: 'INFO', 'storeError.name': 'x' }, shown: true },
    { title: 'Errors by message', line: { level: 'INFO', 'message.errorMessage': 'x' }, shown: false },
  ];
  test.each(LINES)('shows in "$title" the log line $line: $shown', ({ title, line, shown }) => {
    expect(keeps(queryOf(title), line)).toBe(shown);
  });

  test("queries this stack's log alone, by queries of these titles", () => {
    const logs = widgets.flatMap(({ properties: { title, query } }) => (query === undefined ? [] : title));
    expect(new Set(logs)).toEqual(new Set(LINES.map(({ title }) => title)));
    for (const title of logs) expect(queryOf(`${title}`)).toMatch(/^SOURCE 'PersistentChatLogGroup' \| /);
  });

  test('shows whether the function is on, and in which version and build, by what it logs', () => {
    expect(queryOf('What runs, by the log')).toMatch(
      /stats latest\(@timestamp\) as last, count\(\*\) as invocations by enabled, version, build \| sort last desc$/,
    );
  });

  test('counts the chats without history by cause, with a contact of each; a saved query lists them', () => {
    const saved = properties('FailedAndRejectedQuery');
    expect(saved['QueryString']).toContain('| filter associationStatus in ["FAILED", "REJECTED"]');
    const causes = ['operation', 'name', 'message'].map(each => `coalesce(serviceError.${each}, storeError.${each})`);
    for (const query of [queryOf('By reason and error'), String(saved['QueryString'])]) {
      for (const text of ['reason', 'contactId', ...causes]) expect(query).toContain(text);
    }
    expect(queryOf('By reason and error')).toMatch(
      /stats count\(\*\) as chats, .*earliest\(contactId\) as firstContactId.* by .*reason, operation, error, errorMessage/,
    );
    for (const alarm of ['FailedChatsAlarm', 'RejectedByConnectAlarm']) {
      const { AlarmDescription } = properties(alarm, { 'AWS::StackName': 'shop' });
      expect(AlarmDescription).toMatch(/(?=.*"By reason and error")(?=.*"shop\/Failed and rejected")/);
    }
  });

  test.each([{}, WITH_STORE])('shows every alarm: %j', parameters => {
    const shown = widgetsOf(parameters).flatMap(widget => widget.properties.alarms ?? []);
    expect(shown).toEqual(alarmsOf(parameters).map(([name]) => `${name}.Arn`));
  });

  test('is of its Region', () => {
    for (const { type, properties } of widgets) {
      expect(properties.region).toBe(['alarm', 'text'].includes(type) ? undefined : 'eu-central-1');
    }
  });
});
