/** What the documentation promises by name: links, rows of its tables, commands, and the length of README. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readModule } from '../../local/flow-runner/index.ts';
import { at, fieldsOf, readTemplate } from '../../local/flow-runner/template.ts';
import * as errors from '../../src/errors.ts';
import { type Outcome, REASONS, REHYDRATION_TYPES, reasonOf } from '../../src/outcome.ts';
import { METRICS } from '../../src/report.ts';
import { FLOW_PARAMETERS } from '../../src/request.ts';
import { toFlowAttributes } from '../../src/result.ts';
import { CUSTOMER_IDENTITIES, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';

const REFERENCE = 'docs/reference.md';
const IDENTITY = 'docs/customer-identity.md';
const OPERATIONS = 'docs/operations.md';
const PAGES = globSync('**/*.md', { exclude: path => /(^|\/)(node_modules|dist|\.aws-sam)$/.test(path) });
const read = (file: string) => readFileSync(file, 'utf8');
/** A page without its fenced blocks, where neither links nor headings stand. */
const prose = (page: string) => read(page).replaceAll(/^( *)(```+)[\s\S]*?^\1\2$/gm, '');
/** The targets of a page's links and pictures. */
const linksOf = (page: string) => Array.from(prose(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target);
/** The anchors that GitHub gives a page's headings. */
function anchorsOf(page: string): string[] {
  const text = prose(page).toLowerCase();
  const headings = text.match(/(?<=^#{1,6} +).+$/gm) ?? [];
  return headings.map(heading => heading.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-'));
}

/** The rows of the tables under a heading, up to the next one: the cells of each, without the heads. */
function rowsUnder(page: string, heading: string): string[][] {
  const [, section] = prose(page).split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`${page} has no heading "${heading}".`);
  const [text = ''] = section.split(/^#+ /m);
  const rows = text.replaceAll(/^.*\n *\|[ :|-]+\|$/gm, '').matchAll(/^ *\|(.*)\|$/gm);
  return Array.from(rows, ([, row = '']) => row.split(/(?<!\\)\|/));
}

/** The first code span of each of these columns, joined with `|`, row by row; rows without any are left out. */
function codesUnder(page: string, heading: string, columns: number[]): string[] {
  return rowsUnder(page, heading)
    .map(row => columns.map(column => /`([^`]+)`/.exec(row[column] ?? '')?.[1] ?? '').join('|'))
    .filter(codes => /[^|]/.test(codes));
}

describe.each(PAGES)('%s', page => {
  test('links to files and headings that exist', () => {
    const broken = linksOf(page).filter(target => {
      const [path = '', anchor] = target.split('#');
      const file = path ? normalize(join(dirname(page), path)) : page;
      return !/^[a-z]+:/.test(target) && !(existsSync(file) && (!anchor || anchorsOf(file).includes(anchor)));
    });
    expect(broken).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = read(page).matchAll(/\bnpm (?:run (?:--silent )?([a-z:]+)|(start|test)\b)/g);
    expect([...named].map(([, run, own = '']) => run ?? own).filter(script => !(script in scripts))).toEqual([]);
  });
});

test('every page, event and example that pages, sources and the template name in passing exists', () => {
  const sources = globSync('{src,scripts,local,bench}/**/*.{ts,mjs}');
  const missing = [...PAGES, ...sources, 'template.yaml', 'samconfig.toml'].flatMap(file =>
    [...read(file).matchAll(/\b(docs|events|examples)\/[\w-]+\.(md|json)\b/g)]
      .filter(([named]) => !existsSync(named))
      .map(([named]) => `${file}: ${named}`),
  );
  expect(missing).toEqual([]);
});

test.each(['examples/terraform/main.tf', 'examples/cdk/app.ts'])('the installation page shows %s as it is', file => {
  expect(read('docs/install.md')).toContain(`\n${read(file)}\`\`\`\n`);
});

test('README leads to every page of docs, has few words before its first command, and stays within 130 lines', () => {
  expect(linksOf('README.md')).toEqual(expect.arrayContaining(globSync('docs/*.md')));
  const [first = ''] = read('README.md').split('```sh');
  expect(first.split(/\s+/).length).toBeLessThan(120);
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(130);
});

const alarms = [...read('template.yaml').matchAll(/AlarmName: .*}-(\S+)$/gm)].map(([, name = '']) => name);
const template = readTemplate(read('template.yaml'), 'template.yaml');
const parameters = Object.entries(fieldsOf(at(template, 'Parameters')));
const variables = Object.keys(
  fieldsOf(at(template, 'Resources', 'PersistentChatFunction', 'Properties', 'Environment', 'Variables')),
);
const { actions, contract } = readModule('template.yaml');
const writtenBy = (action: string) => Object.entries(Object(actions.get(action)?.Parameters['Attributes']));
const attributes = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } })).map(key => {
  const [written = ''] = writtenBy('Set result').find(([, value]) => value === `$.External.${key}`) ?? [];
  return `${key}|${written}`;
});
const moduleReasons = ['Set error branch', 'Set attributes not written'].map(
  action => `${Object.fromEntries(writtenBy(action))['chatHistoryReason']}`,
);
const ownErrors = Object.values(errors).flatMap(value =>
  typeof value === 'function' && value.prototype instanceof errors.OperatorError ? value.name : [],
);
const statuses = Object.entries<readonly string[]>(REASONS).flatMap(([status, reasons]) => {
  const withoutReason = reasonOf({ status } as Outcome);
  const isOptional = ['ASSOCIATED', 'FOUND'].includes(status) || reasons.length === 0;
  return [...(isOptional ? [withoutReason] : []), ...reasons].map((reason, n) => `${n === 0 ? status : ''}|${reason}`);
});

test.each<[heading: string, page: string, columns: number[], rows: readonly string[], anyOrder?: true]>([
  ['Flow parameters', REFERENCE, [0], FLOW_PARAMETERS],
  ['Rehydration types', REFERENCE, [0], REHYDRATION_TYPES],
  ['Flow attributes', REFERENCE, [0, 1], attributes],
  ['Flow attributes', REFERENCE, [2], Object.keys(contract?.resultData ?? {})],
  ['With the flow module', 'docs/flow-guide.md', [0], contract?.results ?? []],
  ['Statuses and reasons', REFERENCE, [0, 1], statuses],
  ['Reasons of the flow module', REFERENCE, [0], moduleReasons],
  ['Errors of the Error branch', REFERENCE, [0], ownErrors, true],
  ['Settings', REFERENCE, [0, 2], parameters.map(([name, fields]) => `${name}|${fieldsOf(fields)['Default'] ?? ''}`)],
  ['Settings', REFERENCE, [1], variables, true],
  ['How the customer is identified', IDENTITY, [0], CUSTOMER_IDENTITIES],
  ['The source contact check', IDENTITY, [0], SOURCE_CONTACT_CHECKS],
  ['Metrics', OPERATIONS, [0], Object.keys(METRICS)],
  ['Alarms', OPERATIONS, [0], alarms],
])(
  '"%s" of %s lists all that exists and nothing else, in columns %j',
  (...[heading, page, columns, rows, anyOrder]) => {
    const inOrder = (codes: readonly string[]) => (anyOrder ? codes.toSorted() : codes);
    expect(inOrder(codesUnder(page, heading, columns))).toEqual(inOrder(rows));
  },
);

test('the code map has every file of src, and no other', () => {
  const named = [...`${rowsUnder('docs/design.md', 'Code map')}`.matchAll(/`([^`]+\.ts)`/g)].map(([, file]) => file);
  expect(named.toSorted()).toEqual(globSync('**/*.ts', { cwd: 'src' }).toSorted());
});
