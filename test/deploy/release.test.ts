import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { readFlow } from '../../local/flow-runner/index.ts';
import { plainTemplate } from '../../scripts/release/plain-template.ts';
import { VERSION } from '../../src/version.ts';
import { run } from '../scripts/run.ts';

const NAME = `persistent-chat-${VERSION}`;
const TEMPLATE = await readFile('template.yaml', 'utf8');
const release = (words: string[] = [], env = {}) => run(process.execPath, ['scripts/release.ts', ...words], { env });
const read = (file: string) => readFile(`release/${file}`);

describe('npm run release', () => {
  beforeAll(async () => {
    expect(await release()).toMatchObject({ code: 0, stderr: '' });
  });

  test('zips the bundle of npm run build, and the licence of every package in it', async () => {
    const files = unzipSync(await read(`${NAME}.zip`));
    const names = ['handler.mjs', 'handler.mjs.map', 'LICENSE', 'THIRD-PARTY-NOTICES'];
    expect(Object.keys(files).toSorted()).toEqual(names.toSorted());
    const [handler, map, licence, notices = ''] = names.map(name => Buffer.from(files[name] ?? []).toString());
    expect(handler).toBe(await readFile('dist/handler.mjs', 'utf8'));
    expect(map).toBe(await readFile('dist/handler.mjs.map', 'utf8'));
    expect(licence).toBe(await readFile('LICENSE', 'utf8'));
    const sources: string[] = JSON.parse(`${map}`).sources;
    const packages = sources.flatMap(source => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
    expect(packages).toContain('@middy/core');
    const noticed = Array.from(notices.matchAll(/^(\S+) \d\S* \([\w.-]+\)$/gm), ([, name]) => name);
    expect(noticed.toSorted()).toEqual([...new Set(packages)].toSorted());
    const licences = notices.match(/^ *(Apache License|MIT License|The MIT License.*|MIT No Attribution)$/gm);
    expect(licences?.length).toBeGreaterThan(3);
  });

  test('writes their sums, the same ones in any time zone', async () => {
    const sums = `${await read('SHA256SUMS')}`;
    const files = [`${NAME}.yaml`, `${NAME}.zip`];
    const sum = async (file: string) => `${hash('sha256', await read(file))}  ${file}\n`;
    expect(sums).toBe((await Promise.all(files.map(sum))).join(''));
    await release([], { TZ: 'Pacific/Kiritimati' });
    expect(`${await read('SHA256SUMS')}`).toBe(sums);
  });

  test('refuses the tag of another version, and takes its own', async () => {
    const refused = { code: 1, stderr: `The tag v0.0.1 is not v${VERSION}, the version in src/version.ts.\n` };
    expect(await release(['--tag', 'v0.0.1'])).toMatchObject(refused);
    // Between two releases, the changelog has no date for the version.
    const undated = { code: 1, stderr: `CHANGELOG.md has no version ${VERSION} with a date.\n` };
    const taken = VERSION.endsWith('-dev') ? undated : { code: 0 };
    expect(await release(['--tag', `v${VERSION}`])).toMatchObject(taken);
    const workflow = await readFile('.github/workflows/release.yml', 'utf8');
    expect(workflow).toMatch(/tags: \['v\*'\][\s\S]*npm run release -- --tag "\$GITHUB_REF_NAME"/);
  });
});

describe("the release's template", () => {
  const plain = plainTemplate(TEMPLATE, `${NAME}.zip`);

  test('can be deployed directly: below 51,200 bytes, without transform and comments', async () => {
    expect(Buffer.byteLength(plain)).toBeLessThan(51_200);
    expect(plain).not.toMatch(/^Transform:|^ *#(?! Replace CONTACT-ID)/m);
    expect(`${await read(`${NAME}.yaml`)}`).toBe(plain);
    expect(readFlow(`release/${NAME}.yaml`).isModule).toBe(true);
  });

  test.each([
    { from: /^Transform: .*$/m, to: 'Transform: [AWS::LanguageExtensions]', says: 'Transform' },
    { from: /^Rules:$/m, to: 'Globals: {}\nRules:', says: 'Globals' },
    { from: 'AWS::Logs::LogGroup', to: 'AWS::Serverless::Api', says: 'Serverless::Api' },
    { from: 'DependsOn:', to: 'Connectors:', says: 'Connectors' },
    { from: 'MemorySize:', to: 'AutoPublishAlias:', says: 'AutoPublishAlias' },
    // SAM would make one.
    { from: /^ +Role: .*$/m, to: '', says: 'without a Role' },
    { from: "CodeUri: '.'", to: "CodeUri: 's3://bucket/key'", says: 'CodeUri' },
    // Names that SAM makes.
    { from: '!Ref PersistentChatFunction\n', to: '!Ref PersistentChatFunction.Alias\n', says: 'Function.Alias' },
    { from: '/aws/lambda/$' + '{AWS::StackName}', to: '$' + '{PersistentChatFunctionRole}', says: 'FunctionRole' },
    { from: '!Ref LogRetentionDays', to: '{ Fn::Transform: {} }', says: 'Fn::Transform' },
    { from: '  LogLevel:\n    Type', to: '  CodeKey: { Type: String }\n  LogLevel:\n    Type', says: 'CodeKey' },
  ])('is not derived from a template with $to instead of $from', ({ from, to, says }) => {
    const changed = TEMPLATE.replace(from, to);
    expect(changed).not.toBe(TEMPLATE);
    expect(() => plainTemplate(changed, `${NAME}.zip`)).toThrow(says);
  });
});
