/**
 * What the documentation promises by name: links, rows of its tables, commands, and the length of README.
 *
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readModule } from '../../local/flow-runner/index.ts';
import * as errors from '../../src/errors.ts';
import * as outcome from '../../src/outcome.ts';
import { METRICS } from '../../src/report.ts';
import { FLOW_PARAMETERS } from '../../src/request.ts';
import { toFlowAttributes } from '../../src/result.ts';
import { CUSTOMER_IDENTITIES, ENVIRONMENT_VARIABLES, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { at, deployed, fieldsOf, readTemplate, textOf } from '../deploy/template-reader.ts';
import { anchorsOf, codesUnder, linksOf, pages, rowsUnder } from './markdown.ts';

const REFERENCE = 'docs/reference.md';
const IDENTITY = 'docs/customer-identity.md';
const OPERATIONS = 'docs/operations.md';

describe.each(pages())('%s', page => {
  test('links to files and headings that exist', () => {
    const broken = linksOf(page).filter(target => {
      const [path = '', anchor] = target.split('#');
      const file = path ? normalize(join(dirname(page), path)) : page;
      return !/^[a-z]+:/.test(target) && !(existsSync(file) && (anchor === undefined || anchorsOf(file).has(anchor)));
    });
    expect(broken).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = readFileSync(page, 'utf8').matchAll(/\bnpm (?:run (?:--silent )?([a-z:]+)|(start|test)\b)/g);
    expect([...named].map(([, run, own = '']) => run ?? own).filter(script => !(script in scripts))).toEqual([]);
  });
});

test('every page, event and example that pages, sources and the template name in passing exists', () => {
  const sources = globSync('{src,scripts,local,bench}/**/*.{ts,mjs}');
  const missing = [...pages(), ...sources, 'template.yaml', 'samconfig.toml'].flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(/\b(docs|events|examples)\/[\w-]+\.(md|json)\b/g)]
      .filter(([named]) => !existsSync(named))
      .map(([named]) => `${file}: ${named}`),
  );
  expect(missing).toEqual([]);
});

test('README leads to every page of docs, and stays within 150 lines', () => {
  expect(linksOf('README.md')).toEqual(expect.arrayContaining(globSync('docs/*.md')));
  expect(readFileSync('README.md', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

const { Resources } = deployed({ InstanceArn: 'arn:aws:connect:eu-central-1:123456789012:instance/ID' });
const alarms = Object.values(fieldsOf(at(readTemplate(), 'Resources'))).filter(
  each => at(each, 'Type') === 'AWS::CloudWatch::Alarm',
);
const parameters = Object.entries(fieldsOf(at(readTemplate(), 'Parameters')));
const flowAttributes = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } }));
const { contract } = readModule();
const written = new Map(Object.entries(moduleWrites('Set result')).map(([name, value]) => [value, name]));
const ownErrors = Object.values(errors).flatMap(value =>
  typeof value === 'function' && value.prototype instanceof errors.OperatorError ? value.name : [],
);
const REASONS = {
  ASSOCIATED: ['', ...outcome.ASSOCIATED_REASONS],
  ALREADY_PERSISTENT: ['ALREADY_PERSISTENT'],
  NO_SOURCE_CONTACT: [''],
  NOT_APPLICABLE: outcome.NOT_APPLICABLE_REASONS,
  REJECTED: outcome.REJECTED_REASONS,
  FAILED: outcome.FAILED_REASONS,
};

type Table = [heading: string, page: string, columns: number[], rows: readonly string[]];
test.each<Table>([
  ['Flow parameters', REFERENCE, [0], FLOW_PARAMETERS],
  ['Rehydration types', REFERENCE, [0], outcome.REHYDRATION_TYPES],
  ['Flow attributes', REFERENCE, [0, 1], flowAttributes.map(key => `${key}|${written.get(`$.External.${key}`) ?? ''}`)],
  ['Branches of the flow module', REFERENCE, [0], contract?.results ?? []],
  ['Flow attributes', REFERENCE, [2], Object.keys(contract?.resultData ?? {})],
  [
    'Statuses and reasons',
    REFERENCE,
    [0, 1],
    outcome.ASSOCIATION_STATUSES.flatMap(status =>
      REASONS[status].map((reason, n) => `${n === 0 ? status : ''}|${reason}`),
    ),
  ],
  [
    'Reasons of the flow module',
    REFERENCE,
    [0],
    ['Set error branch', 'Set attributes not written'].map(each => moduleWrites(each)['chatHistoryReason'] ?? ''),
  ],
  ['Settings', REFERENCE, [0, 2], parameters.map(([name, fields]) => `${name}|${fieldsOf(fields)['Default'] ?? ''}`)],
  ['How the customer is identified', IDENTITY, [0], CUSTOMER_IDENTITIES],
  ['The source contact check', IDENTITY, [0], SOURCE_CONTACT_CHECKS],
  ['Metrics', OPERATIONS, [0], METRICS],
  [
    'Alarms',
    OPERATIONS,
    [0],
    alarms.map(alarm => textOf(at(alarm, 'Properties', 'AlarmName', 'Fn::Sub')).replace(/^.*}-/, '')),
  ],
])('"%s" of %s has a row for each that there is, in order, and no other', (heading, page, columns, rows) => {
  expect(codesUnder(page, heading, ...columns)).toEqual(rows);
});

test.each<Table>([
  ['Errors of the Error branch', REFERENCE, [0], ownErrors],
  ['Settings', REFERENCE, [1], ENVIRONMENT_VARIABLES],
])('"%s" of %s has a row for each that there is, and no other', (heading, page, columns, rows) => {
  expect(codesUnder(page, heading, ...columns).toSorted()).toEqual(rows.toSorted());
});

test('the code map has every file of src, and no other', () => {
  const named = rowsUnder('docs/design.md', 'Code map')
    .join()
    .matchAll(/`([^`]+\.ts)`/g);
  expect([...named].map(([, file]) => file).toSorted()).toEqual(globSync('**/*.ts', { cwd: 'src' }).toSorted());
});

/** The contact attributes that one action of the flow module sets. */
function moduleWrites(action: string): Record<string, string> {
  const { Actions } = JSON.parse(textOf(at(Resources, 'PersistentChatFlowModule', 'Properties', 'Content')));
  return Actions.find(({ Identifier }: { Identifier: string }) => Identifier === action).Parameters.Attributes;
}
