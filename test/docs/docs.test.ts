/**
 * What the documentation promises by name: links, rows of the reference, commands, and the length of README.
 *
 * @module
 */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { at, fieldsOf, readModuleContent, readTemplate } from '../../local/flow-runner/template.ts';
import * as errors from '../../src/errors.ts';
import { toFlowAttributes } from '../../src/flow-attributes.ts';
import {
  ASSOCIATION_STATUSES,
  FAILED_REASONS,
  NOT_APPLICABLE_REASONS,
  REHYDRATION_TYPES,
  REJECTED_REASONS,
} from '../../src/outcome.ts';
import { METRICS } from '../../src/report.ts';
import { FLOW_PARAMETERS } from '../../src/request.ts';
import { CUSTOMER_IDENTITIES, ENVIRONMENT_VARIABLES, SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { anchorsOf, codeIn, codesUnder, linksOf, pages, rowsUnder } from './markdown.ts';

const REFERENCE = 'docs/reference.md';
const IDENTITY = 'docs/customer-identity.md';
const OPERATIONS = 'docs/operations.md';

describe('Links', () => {
  test.each(pages())('every relative link and anchor of %s exists', page => {
    const broken = linksOf(page)
      .filter(target => !/^[a-z]+:/.test(target))
      .filter(target => {
        const [path = '', anchor] = target.split('#');
        const file = path ? normalize(join(dirname(page), path)) : page;
        return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).has(anchor));
      });
    expect(broken).toEqual([]);
  });

  test('every page, event and example that pages, sources and the template name in passing exists', () => {
    const sources = globSync('{src,scripts,local,bench}/**/*.{ts,mjs}');
    const missing = [...pages(), ...sources, 'template.yaml', 'samconfig.toml'].flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/\b(docs|events|examples)\/[\w-]+\.(md|json)\b/g)]
        .map(([named]) => named)
        .filter(named => !existsSync(named))
        .map(named => `${file}: ${named}`),
    );
    expect(missing).toEqual([]);
  });

  test('README leads to every page of docs', () => {
    expect(linksOf('README.md')).toEqual(expect.arrayContaining(globSync('docs/*.md')));
  });
});

describe('Reference', () => {
  test('has a row for every flow parameter, and no other', () => {
    expect(codesUnder(REFERENCE, 'Flow parameters')).toEqual(FLOW_PARAMETERS);
  });

  test('has a row for every rehydration type, and no other', () => {
    expect(codesUnder(REFERENCE, 'Rehydration types')).toEqual(REHYDRATION_TYPES);
  });

  test('has a row for every flow attribute, with what the flow module writes it into', () => {
    const rows = rowsUnder(REFERENCE, 'Flow attributes').map(row => [codeIn(row[0]), codeIn(row[1])]);
    const keys = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' }, asked: {} }));
    const written = Object.entries(moduleWrites('Set result')).map(([name, value]) => [String(value), name]);
    const byKey = new Map(written as [string, string][]);
    expect(rows).toEqual(keys.map(key => [key, byKey.get(`$.External.${key}`) ?? '']));
  });

  test('has a row for every status with each of its reasons, and no other', () => {
    const reasons: Record<(typeof ASSOCIATION_STATUSES)[number], readonly string[]> = {
      ASSOCIATED: [''],
      ALREADY_PERSISTENT: ['ALREADY_PERSISTENT'],
      NO_SOURCE_CONTACT: [''],
      NOT_APPLICABLE: NOT_APPLICABLE_REASONS,
      REJECTED: REJECTED_REASONS,
      FAILED: FAILED_REASONS,
    };
    let status = '';
    const rows = rowsUnder(REFERENCE, 'Statuses and reasons').map(row => {
      status = codeIn(row[0]) || status;
      return [status, codeIn(row[1])];
    });
    expect(rows).toEqual(ASSOCIATION_STATUSES.flatMap(each => reasons[each].map(reason => [each, reason])));
  });

  test('has a row for every reason that only the flow module knows', () => {
    const texts = ['Set error branch', 'Set attributes not written'].map(
      action => moduleWrites(action)['chatHistoryReason'],
    );
    expect(codesUnder(REFERENCE, 'Reasons of the flow module')).toEqual(texts);
  });

  test("has a row for every error of the function's own, and no other", () => {
    const names = Object.values(errors).flatMap(value =>
      typeof value === 'function' && value.prototype instanceof errors.OperatorError ? [value.name] : [],
    );
    expect(codesUnder(REFERENCE, 'Errors of the Error branch').toSorted()).toEqual(names.toSorted());
  });

  test('has every template parameter with its default, and every environment variable, and no other', () => {
    const rows = rowsUnder(REFERENCE, 'Settings');
    const defaults = Object.entries(fieldsOf(at(readTemplate(), 'Parameters'))).map(([name, parameter]) => [
      name,
      String(fieldsOf(parameter)['Default'] ?? ''),
    ]);
    const ofTemplate = rows.filter(row => codeIn(row[0])).map(row => [codeIn(row[0]), codeIn(row[2])]);
    expect(ofTemplate).toEqual(defaults);
    expect(codesUnder(REFERENCE, 'Settings', 1).toSorted()).toEqual(ENVIRONMENT_VARIABLES.toSorted());
  });
});

describe('Other tables', () => {
  test('the identities and the checks are those of the settings', () => {
    expect(codesUnder(IDENTITY, 'Where a contact says who its customer is')).toEqual(CUSTOMER_IDENTITIES);
    expect(codesUnder(IDENTITY, 'The source contact check')).toEqual(SOURCE_CONTACT_CHECKS);
  });

  test('the code map has every file and folder of src, and no other', () => {
    const cells = rowsUnder('docs/design.md', 'Code map').flatMap(([, files, ...others]) =>
      others.length ? files : [],
    );
    const named = cells.flatMap(cell => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, path = '']) => path));
    expect(named.filter(path => !existsSync(join('src', path)))).toEqual([]);
    const first = new Set(['handler.ts', ...named].map(path => path.split('/')[0]));
    expect([...first].toSorted()).toEqual(readdirSync('src').toSorted());
  });

  test('the metrics are those that the function publishes', () => {
    expect(codesUnder(OPERATIONS, 'Metrics')).toEqual(METRICS);
  });

  test('the alarms are those of the template', () => {
    const alarms = Object.values(fieldsOf(at(readTemplate(), 'Resources')))
      .filter(resource => fieldsOf(resource)['Type'] === 'AWS::CloudWatch::Alarm')
      .map(resource => String(at(resource, 'Properties', 'AlarmName', 'Fn::Sub')).replace(/^\$\{.*?\}-/, ''));
    expect(codesUnder(OPERATIONS, 'Alarms')).toEqual(alarms);
  });
});

describe('Commands', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

  test.each(pages())('every npm script that %s names exists', page => {
    const named = readFileSync(page, 'utf8').matchAll(/\bnpm (?:run (?:--silent )?([a-z:]+)|(start|test)\b)/g);
    const unknown = [...named].map(([, run, own = '']) => run ?? own).filter(script => !(script in scripts));
    expect(unknown).toEqual([]);
  });
});

test('README stays within 150 lines', () => {
  expect(readFileSync('README.md', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

/** The contact attributes that one action of the flow module sets. */
function moduleWrites(action: string): Record<string, string> {
  const { Actions } = JSON.parse(readModuleContent());
  return Actions.find(({ Identifier }: { Identifier: string }) => Identifier === action).Parameters.Attributes;
}
