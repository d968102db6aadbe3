import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Reads a command's options. `--help` prints its usage; an unknown option, or whatever `check` throws, is one sentence
 * and the usage, with exit code 1.
 *
 * @example
 * const { rounds } = readOptions(
 *   'Usage: npm run bench:start [-- --rounds N]',
 *   { options: { rounds: { type: 'string', default: '21' } } },
 *   ({ values }) => ({ rounds: wholeNumber('--rounds', values.rounds, 1, 1_000) }),
 * );
 */
export function readOptions<const C extends ParseArgsConfig, R = ReturnType<typeof parseArgs<C>>>(
  usage: string,
  config: C,
  check: (parsed: ReturnType<typeof parseArgs<C>>) => R = parsed => parsed as R,
): R {
  try {
    const options = { ...config.options, help: { type: 'boolean', short: 'h' } } as const;
    const parsed = parseArgs({ ...config, options });
    if (!(parsed.values as { help?: boolean }).help) return check(parsed as ReturnType<typeof parseArgs<C>>);
    console.log(usage);
    process.exit(0);
  } catch (error) {
    // Node goes on to explain how to pass what looks like an option.
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    console.error(`${sentence.replace(/\.?$/, '.')}\n${usage}`);
    process.exit(1);
  }
}

/** @throws Error when a value is not a whole number from `min` to `max` */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  if (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new Error(`${option} is a whole number from ${min} to ${max}, not "${text}".`);
}
