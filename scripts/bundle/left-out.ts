import { fileURLToPath } from 'node:url';
import type { Metafile, Plugin } from 'esbuild';

/** A part of the SDK that the function cannot use, and that would take its time at every cold start. */
interface Part {
  name: string;
  /** How the SDK's own files import it. */
  imported: RegExp;
  /** The module that takes its place and fails with a sentence, should the part be used after all. */
  standIn: string;
  /** The files that are gone with it, or modules of Node. */
  gone: RegExp;
}

const LEFT_OUT: Part[] = [
  {
    name: 'the chain of credential providers',
    imported: /^@aws-sdk\/credential-provider-node$/,
    standIn: './no-credential-chain.ts',
    gone: /\/(credential-provider-(?!env\/)|token-providers\/|nested-clients\/)/,
  },
  {
    // They are imported on demand, for which esbuild would also wrap most of the SDK's files in functions.
    name: 'event streams',
    imported: /^@smithy\/core\/event-streams$/,
    standIn: './no-event-streams.ts',
    gone: /\/event-?streams?/,
  },
  {
    name: 'endpoint discovery',
    imported: /^@aws-sdk\/middleware-endpoint-discovery$/,
    standIn: './no-endpoint-discovery.ts',
    gone: /\/(middleware-endpoint-discovery|endpoint-cache)\//,
  },
  {
    name: 'the reading of shared configuration files',
    imported: /^\.(\/shared-ini-file-loader)?\/readFile$/,
    standIn: './no-shared-config-files.ts',
    gone: /\bnode:fs\/promises$/,
  },
];

/** Puts the stand-ins in the place of what is left out. An update of the SDK that moves one of the parts fails the build. */
export const leftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    const replaced = new Set<Part>();

    for (const part of LEFT_OUT) {
      build.onResolve({ filter: part.imported }, ({ importer }) => {
        if (!/[\\/]node_modules[\\/]@(aws-sdk|smithy)[\\/]/.test(importer)) return;
        replaced.add(part);
        return { path: fileURLToPath(new URL(part.standIn, import.meta.url)) };
      });
    }

    build.onEnd(({ metafile }) => {
      if (!metafile) return;
      const files = filesIn(metafile);
      const errors = LEFT_OUT.flatMap(part => {
        const found = files.find(path => part.gone.test(path));
        if (replaced.has(part) && !found) return [];
        const text = found ? `the bundle has ${found}` : `no file of the SDK imports ${part.imported} any more`;
        return { text: `Left out is ${part.name}, but ${text}: see scripts/bundle/left-out.ts.` };
      });
      return { errors };
    });
  },
};

/** The files whose code is in the bundle, and the modules of Node that it imports. */
function filesIn({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs, imports }) => [
    ...Object.keys(inputs).filter(path => inputs[path]?.bytesInOutput),
    ...imports.map(({ path }) => path),
  ]);
}
