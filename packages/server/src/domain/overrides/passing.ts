import { isOwnHeader } from '@tollgate/contract/api/overrides';
import { readPattern, type Complain } from './mistakes.ts';
import type { Run } from './run.ts';

/** Of this connection, of the client's credentials, or no longer true of what is sent: these never pass. */
const neverPassed = new Set([
  'host',
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'cookie',
  'set-cookie',
  'accept-encoding',
  'content-encoding',
  'content-type',
  'forwarded',
  'via',
  'x-real-ip',
]);
const neverPassedPrefix = /^(?:proxy-|sec-websocket-|x-forwarded-|x-tollgate-)/;

/** Whether a client's header may reach an upstream when its channel says so. */
export const mayPass = (name: string): boolean =>
  !isOwnHeader(name) && !neverPassed.has(name) && !neverPassedPrefix.test(name);

/** Passes on the client's headers that match: names, `*`, `re:…` or `regex:…`. With `keepOrigin` what is set stays. */
export function compilePassing(
  patterns: readonly string[],
  complain: Complain,
): ((run: Run, keepOrigin: boolean) => void) | undefined {
  const names: string[] = [];
  const matchers: RegExp[] = [];
  patterns.forEach((pattern, index) => {
    const expression = /^re(?:gex)?:(.*)$/s.exec(pattern)?.[1];
    if (pattern === '*') matchers.push(/^/);
    else if (expression !== undefined) {
      const read = readPattern(expression, 'i', `${index}`, complain);
      if (read) matchers.push(read);
    } else if (!mayPass(pattern.toLowerCase()))
      complain(`${index}`, `"${pattern}" never passes: it is the client’s credential, or of its own connection`);
    else names.push(pattern.toLowerCase());
  });
  if (names.length === 0 && matchers.length === 0) return undefined;
  return (run, keepOrigin) => {
    const pass = (name: string): void => {
      if (keepOrigin && run.headers.get(name) !== undefined) return;
      const value = run.scope.clientHeader(name);
      if (value !== undefined) run.headers.set(name, value);
    };
    names.forEach(pass);
    if (matchers.length === 0) return;
    for (const name of run.scope.clientHeaders())
      if (mayPass(name) && matchers.some((matcher) => matcher.test(name))) pass(name);
  };
}
