import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { BUNDLE, PROJECT } from '../project.ts';

/** Holders of packages that name a well-known licence but do not include its text. */
const HOLDERS: Record<string, string> = {
  '@aws-lambda-powertools/commons': 'Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.',
  '@aws-lambda-powertools/logger': 'Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.',
  '@aws-lambda-powertools/metrics': 'Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.',
  '@middy/core': 'Copyright (c) 2017-2026 will Farrell, Luciano Mammino, and Middy contributors',
};

/** The licence of every package that the bundle contains a part of. */
export function noticesOf({ outputs }: Metafile): string {
  const folders = Object.entries(outputs[BUNDLE]?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
    return folder && bytesInOutput > 0 ? folder : [];
  });
  const byText = new Map<string, string[]>();
  for (const folder of [...new Set(folders)].toSorted()) {
    const { name, version, license } = JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8'));
    const text = licenceFile(folder) ?? standardText(license, HOLDERS[name]);
    if (text === undefined) throw new Error(`${name} ${version} has no licence text: see HOLDERS in notices.ts.`);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const notices = [...byText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`);
  return ['handler.mjs holds parts of the following packages.\n', ...notices].join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceFile(folder: string): string | undefined {
  const texts = readdirSync(join(PROJECT, folder))
    .filter(file => /^(licen[cs]e|notice)(\.|$)/i.test(file))
    .toSorted()
    .map(file => readFileSync(join(PROJECT, folder, file), 'utf8').trim());
  return texts.length > 0 ? texts.join('\n\n') : undefined;
}

/** This project's licence is the MIT one, too; MIT-0 is the same without the paragraph that asks for the notice. */
function standardText(license: string, holder: string | undefined): string | undefined {
  const mit = readFileSync(join(PROJECT, 'LICENSE'), 'utf8')
    .replace(/^Copyright .*$/m, holder ?? '')
    .trim();
  const mit0 = mit.replace('MIT License', 'MIT No Attribution').replace(/, subject to[^:]*:\n\n.*?\n\n/s, '.\n\n');
  const texts: Record<string, string> = { MIT: mit, 'MIT-0': mit0 };
  return holder && texts[license];
}
