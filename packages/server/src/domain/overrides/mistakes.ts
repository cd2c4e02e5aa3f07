import type { Mistake } from '@tollgate/contract/api/overrides';

/** Notes what is wrong at a path below what is being read, and what would be right. */
export type Complain = (path: string, problem: string, instead?: string) => void;

/** Collects mistakes below a path. */
export const complainTo =
  (mistakes: Mistake[], below: string): Complain =>
  (path, problem, instead) => {
    mistakes.push({ path: path === '' ? below : `${below}.${path}`, problem, instead: instead ?? null });
  };

/** A pattern as others write it: `(?i)` in front ignores case. Undefined, and a complaint, when it is none. */
export function readPattern(text: string, flags: string, at: string, complain: Complain): RegExp | undefined {
  const modes = /^\(\?([ims]+)\)/.exec(text);
  try {
    return new RegExp(text.slice(modes?.[0].length ?? 0), [...new Set(flags + (modes?.[1] ?? ''))].join(''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : 'unreadable';
    complain(at, `is no regular expression: ${reason}`, 'such as "^gpt-\\\\d"; (?i) in front ignores case');
    return undefined;
  }
}
