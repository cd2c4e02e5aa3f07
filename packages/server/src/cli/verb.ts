import { parseArgs } from 'node:util';
import type { Environment } from '../env.ts';

/** One option of a verb. `value` names its argument; without it the option is a switch. */
export type Option = { readonly doc: string; readonly value?: string; readonly required?: boolean };

/** What a verb is given: its arguments, checked, and the ways to speak. */
export type Invocation = {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly switches: ReadonlySet<string>;
  readonly environment: Environment;
  /** The bare environment, for `${NAME}` in config files. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a script reads; one line. */
  out(line: string): void;
  /** What a person reads beside it. */
  err(line: string): void;
};

/** A verb of the command line. Exit codes: 0 done, 1 it could not be done, 2 it was called wrongly. */
export type Verb = {
  readonly name: string;
  readonly summary: string;
  /** Names of the positional arguments, in order; all are required. */
  readonly positionals?: readonly string[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Everything after the name goes to `run` unread, as positionals. */
  readonly passThrough?: boolean;
  /** More for `--help`. */
  readonly details?: string;
  run(invocation: Invocation): Promise<number>;
};

/** Says a result as the caller wants it: as JSON, or in words. */
export function tell({ switches, out }: Invocation, result: unknown, words: string): void {
  out(switches.has('json') ? JSON.stringify(result) : words);
}

/** The caller's mistake: printed without a stack, exit code 2. */
export class UsageError extends Error {}

/** Something that cannot be done as things are: printed without a stack, exit code 1. */
export class CommandError extends Error {}

/** Reads a verb's arguments, or throws a {@link UsageError} that says what is wrong with them. */
export function readArguments(
  verb: Verb,
  args: readonly string[],
): Pick<Invocation, 'positionals' | 'values' | 'switches'> {
  if (verb.passThrough) return { positionals: args, values: {}, switches: new Set() };
  const options = verb.options ?? {};
  const config = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      { type: option.value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const expected = verb.positionals ?? [];
  if (parsed.positionals.length < expected.length)
    throw new UsageError(`${expected[parsed.positionals.length]} is missing`);
  if (parsed.positionals.length > expected.length)
    throw new UsageError(`unexpected argument "${parsed.positionals[expected.length]}"`);
  const values: Record<string, string | undefined> = {};
  const switches = new Set<string>();
  for (const [name, value] of Object.entries(parsed.values)) {
    if (typeof value === 'string') values[name] = value;
    else if (value === true) switches.add(name);
  }
  for (const [name, option] of Object.entries(options))
    if (option.required && values[name] === undefined) throw new UsageError(`--${name} is missing`);
  return { positionals: parsed.positionals, values, switches };
}

/** The help page of one verb. */
export function describeVerb(verb: Verb): string {
  const options = Object.entries(verb.options ?? {});
  const words = [
    `tollgate ${verb.name}`,
    ...(verb.positionals ?? []),
    ...options.map(([name, option]) => {
      const text = option.value === undefined ? `--${name}` : `--${name} ${option.value}`;
      return option.required ? text : `[${text}]`;
    }),
  ];
  const lines = [verb.summary, '', `usage: ${words.join(' ')}`];
  if (options.length > 0) {
    const left = options.map(([name, option]) => `  --${name}${option.value === undefined ? '' : ` ${option.value}`}`);
    const width = Math.max(...left.map((text) => text.length)) + 2;
    lines.push('', ...options.map(([, option], index) => (left[index] ?? '').padEnd(width) + option.doc));
  }
  if (verb.details) lines.push('', verb.details);
  return lines.join('\n');
}
