import { describe, expect, test } from '@jest/globals';
import { REASONS } from '../../src/outcome.ts';
import { METRICS, METRICS_NAMESPACE } from '../../src/report.ts';
import { deployed, type Parameters, properties, WITH_STORE } from './template-reader.ts';

// Metrics and thresholds: wiring.test.ts.
const alarmsOf = (given: Parameters) => Object.keys(deployed('Resources', given)).filter(name => /Alarm$/.test(name));
const LONGEST = { 'AWS::StackName': 's'.repeat(128), SessionStore: 'ON' };
test.each(alarmsOf(LONGEST))('%s says what to do within 1,024 characters', alarm => {
  expect(properties(alarm, LONGEST)['AlarmDescription']).toMatch(/^(?=.*What to do:).{1,1024}$/);
});

describe('the dashboard', () => {
  type Shown = { title?: string; region?: string; metrics?: unknown[][]; alarms?: string[]; query?: string };
  const widgetsOf = (parameters: Parameters) => {
    const { DashboardBody } = properties('PersistentChatDashboard', parameters);
    const { widgets }: { widgets: { type: string; properties: Shown }[] } = JSON.parse(String(DashboardBody));
    return widgets.map(({ type, properties }) => ({ type, ...properties }));
  };
  const widgets = widgetsOf({ 'AWS::StackName': 'shop' });

  test('shows every metric of the function and these of AWS Lambda, and computes with metrics of the same widget', () => {
    const shown = new Set<string>();
    for (const { metrics = [] } of widgets) {
      const options = metrics.map(row => Object(row.at(-1)));
      const used = options.flatMap(({ expression = '' }) => String(expression).match(/\b[a-z]+\b/g) ?? []);
      expect(options.map(({ id }) => id)).toEqual(expect.arrayContaining(used));
      // "." stands for what the row above has there.
      let above: unknown[] = [];
      for (const row of metrics.filter(([first]) => typeof first === 'string')) {
        above = row.slice(0, 4).map((word, index) => (word === '.' ? above[index] : word));
        shown.add(above.join(' '));
      }
    }
    const own = Object.keys(METRICS).map(name => `${METRICS_NAMESPACE} ${name} service shop`);
    const ofLambda = ['Errors', 'Throttles', 'Invocations', 'Duration'];
    const published = ofLambda.map(name => `AWS/Lambda ${name} FunctionName PersistentChatFunction`);
    expect(shown).toEqual(new Set([...own, ...published]));
  });

  const QUIET = ['ASSOCIATED', 'ALREADY_PERSISTENT', 'FOUND', 'NO_SOURCE_CONTACT'];
  const SHOWN = ['REJECTED', 'FAILED', 'NOT_APPLICABLE'];
  const QUERIES = [
    {
      title: 'What runs, by the log',
      filter: 'filter ispresent(version)',
      stats: /latest\(@timestamp\) as last, .* as invocations by enabled, version, build \| sort last desc$/,
    },
    {
      title: 'By reason and error',
      filter: `filter associationStatus in ['${SHOWN.join("', '")}'] or reason = 'SESSION_NOT_LISTED'`,
      stats: /count\(\*\) as chats, .*earliest\(contactId\) as first.* by .*reason, operation, error, errorMessage/,
    },
    { title: 'Cold starts (milliseconds)', filter: "filter type = 'platform.report'", stats: / as coldStarts/ },
    {
      title: 'Errors by message',
      // An error has a line of AWS Lambda's Node runtime, and one of the function's own, which would count it twice.
      filter: "filter (level = 'ERROR' and ispresent(message.errorMessage)) or ispresent(storeError.name)",
      stats: / as times, .* by error, errorMessage/,
    },
  ];
  test("queries only this stack's log, and shows each status that an operator should see", () => {
    expect(new Set([...QUIET, ...SHOWN])).toEqual(new Set(Object.keys(REASONS)));
    const logs = widgets.filter(({ type }) => type === 'log');
    const queries = logs.map(({ title, query = '' }) => {
      const [source, filter, ...stats] = query.split(' | ');
      return { title, source, filter, stats: stats.join(' | ') };
    });
    const source = "SOURCE 'PersistentChatLogGroup'";
    const expected = QUERIES.map(row => ({ ...row, source, stats: expect.stringMatching(row.stats) }));
    expect(queries).toEqual(expected);
  });

  test('counts the chats without history by cause; a saved query lists them, and alarms lead to both', () => {
    const { QueryString } = properties('FailedAndRejectedQuery');
    expect(QueryString).toContain('| filter associationStatus in ["FAILED", "REJECTED"]');
    const { query } = widgets.find(({ title }) => title === 'By reason and error') ?? {};
    const causes = ['operation', 'name', 'message'].map(each => `coalesce(serviceError.${each}, storeError.${each})`);
    for (const text of ['reason', 'contactId', ...causes]) {
      expect(query).toContain(text);
      expect(QueryString).toContain(text);
    }
    for (const alarm of ['FailedChatsAlarm', 'RejectedByConnectAlarm']) {
      const { AlarmDescription } = properties(alarm, { 'AWS::StackName': 'shop' });
      expect(AlarmDescription).toMatch(/(?=.*"By reason and error")(?=.*"shop\/Failed and rejected")/);
    }
  });

  test.each([{}, WITH_STORE])('shows every alarm: %j', parameters => {
    const shown = widgetsOf(parameters).flatMap(({ alarms = [] }) => alarms);
    expect(shown).toEqual(alarmsOf(parameters).map(name => `${name}.Arn`));
  });

  test('shows the metrics and the log of its own Region', () => {
    for (const { type, region } of widgets) {
      expect(region).toBe(['alarm', 'text'].includes(type) ? undefined : 'eu-central-1');
    }
  });
});
