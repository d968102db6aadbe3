import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/**
 * Reads a command's options. `--help` prints the usage. An error in them, such as an unknown option or one that `check` throws,
 * is one sentence with exit code 1. `usage` begins with `Usage: npm …`.
 *
 * @param check gets the values, and the other arguments if `takesOthers`; without it, another argument is an error
 */
export function readOptions<const O extends Options, R = Values<O>>(
  usage: string,
  options: O,
  check: (values: Values<O>, others: string[]) => R = values => values as R,
  takesOthers = false,
): R {
  // "npm start -- --all | head" closes the pipe.
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') console.error(`The output could not be written: ${message}.`);
    process.exit(1);
  });
  try {
    const known: Options = { ...options, help: { type: 'boolean', short: 'h' } };
    const { values, positionals } = parseArgs({ options: known, allowPositionals: takesOthers });
    if (!values['help']) return check(values as Values<O>, positionals);
    console.log(usage);
    process.exit(0);
  } catch (error) {
    // Node adds how to pass a value that looks like an option.
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    const [, command] = /^Usage: (npm start|npm run (?:--silent )?[\w:]+)/.exec(usage) ?? [];
    console.error(`${sentence.replace(/\.?$/, '.')}\n${command} -- --help shows the options.`);
    process.exit(1);
  }
}

export function wholeNumber(option: string, text: string, min: number, max: number): number {
  if (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new Error(`${option} is a whole number from ${min} to ${max}, not "${text}".`);
}

export function oneOf<const Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const name = names.find(each => each === text);
  if (name !== undefined) return name;
  const list = names.length === 2 ? names.join(' or ') : `one of ${names.join(', ')}`;
  throw new Error(`${option} is ${list}, not "${text}".`);
}

/** A file named in the folder where npm was called; npm runs scripts in the project's folder. */
export function fromHere(file: string): string {
  return resolve(process.env['INIT_CWD'] ?? '', file);
}
