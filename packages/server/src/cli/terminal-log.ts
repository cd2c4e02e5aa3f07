import type { Log } from '../foundation.ts';

/** A log for verbs that a person runs: warnings and errors as plain lines, nothing else. */
export function terminalLog(err: (line: string) => void): Log {
  const say = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const details = Object.entries(fields).map(
      ([name, value]) => `${name}=${value instanceof Error ? value.message : String(value)}`,
    );
    err(details.length === 0 ? message : `${message} (${details.join(', ')})`);
  };
  return { info: () => undefined, warn: say, error: say };
}
