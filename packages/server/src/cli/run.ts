import { describeEnvironment, readEnvironment } from '../env.ts';
import { CommandError, describeVerb, readArguments, UsageError, type Verb } from './verb.ts';
import { verbs } from './verbs.ts';

export type Terminal = { out(line: string): void; err(line: string): void };

/**
 * Runs one command line. Returns the exit code: 0 done, 1 it could not be done, 2 called wrongly.
 * Stacks are shown for bugs only.
 */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  const asked = args.filter((arg) => !arg.startsWith('-'));
  if (args.length === 0 || asked[0] === 'help' || (asked.length === 0 && wantsHelp(args))) {
    terminal.out(await describeAll());
    return args.length === 0 ? 2 : 0;
  }
  const verb = await findVerb(args);
  if (!verb) {
    terminal.err(`tollgate: there is no command "${asked.slice(0, 2).join(' ')}". \`tollgate help\` lists them.`);
    return 2;
  }
  if (wantsHelp(args) && !verb.passThrough) {
    terminal.out(describeVerb(verb));
    return 0;
  }
  const read = readEnvironment(env);
  if ('problems' in read) {
    terminal.err('tollgate: the environment is wrong, nothing was started:');
    for (const problem of read.problems) terminal.err(`  ${problem}`);
    return 2;
  }
  try {
    const given = readArguments(verb, args.slice(verb.name.split(' ').length));
    return await verb.run({ ...given, environment: read.environment, env, ...terminal });
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`tollgate ${verb.name}: ${error.message}\n\n${describeVerb(verb)}`);
      return 2;
    }
    terminal.err(`tollgate ${verb.name}: ${error instanceof CommandError ? error.message : traceOf(error)}`);
    return 1;
  }
}

const wantsHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

const traceOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Longest name first, so that `keys create` is not taken for a verb `keys`. */
async function findVerb(args: readonly string[]): Promise<Verb | undefined> {
  const line = args.join(' ');
  const name = Object.keys(verbs)
    .toSorted((a, b) => b.length - a.length)
    .find((candidate) => line === candidate || line.startsWith(`${candidate} `));
  return name === undefined ? undefined : verbs[name]?.();
}

async function describeAll(): Promise<string> {
  const all = await Promise.all(Object.values(verbs).map((load) => load()));
  const width = Math.max(...all.map((verb) => verb.name.length)) + 2;
  const names = describeEnvironment();
  const nameWidth = Math.max(...names.map(({ name }) => name.length)) + 2;
  return [
    'Tollgate: one address and one kind of key in front of every model provider.',
    '',
    'usage: tollgate COMMAND [arguments]       tollgate COMMAND --help',
    '',
    ...all.map((verb) => `  ${verb.name.padEnd(width)}${verb.summary}`),
    '',
    'Environment:',
    ...names.map(
      ({ name, doc, default: fallback }) => `  ${name.padEnd(nameWidth)}${doc}${fallback ? ` (${fallback})` : ''}`,
    ),
  ].join('\n');
}
