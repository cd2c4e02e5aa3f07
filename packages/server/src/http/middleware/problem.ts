import { errors, type ErrorCode } from '@tollgate/contract/errors';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';

export type ProblemLog = { error(fields: Readonly<Record<string, unknown>>, message: string): void };

type Problem = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param: string | null;
  readonly retryAfterSeconds?: number | undefined;
};

/** Of what is wrong, no more is told than anybody reads: the rest of it, and what is long in it, is the sender's own. */
const maxIssues = 10;
const maxName = 60;
const maxWords = 200;

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length)}…`);

/** Validation fails with its first reasons in one message and the first path as `param`. */
export function invalidInput(error: z.ZodError, prefix = ''): Refusal {
  const pathOf = (path: readonly PropertyKey[]): string =>
    [prefix, ...path.slice(0, 20).map((step) => cut(String(step), maxName))].filter((part) => part !== '').join('.');
  const words = error.issues
    .slice(0, maxIssues)
    .map((issue) => `${pathOf(issue.path) || 'body'}: ${cut(wordsOf(issue), maxWords)}`);
  const more = error.issues.length - words.length;
  if (more > 0) words.push(`and ${more} more`);
  const first = error.issues[0];
  const keys = first?.code === 'unrecognized_keys' ? first.keys.slice(0, 1) : [];
  return new Refusal('invalid_request', words.join('; '), { param: pathOf([...(first?.path ?? []), ...keys]) });
}

/** Unknown fields are told by their first names: there may be as many as fit into a body. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  const named = issue.keys.slice(0, 5).map((key) => `"${cut(key, maxName)}"`);
  const more = issue.keys.length - named.length;
  return `Unrecognized key${issue.keys.length === 1 ? '' : 's'}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Any throw as an answer. What is no refusal is a bug: it is logged with the request's id, and the client learns no more. */
export function problemAnswer(thrown: unknown, requestId: string, log: ProblemLog): Response {
  const problem = problemOf(thrown);
  if (problem === undefined) log.error({ requestId, error: thrown }, 'the admin API failed');
  const { code, message, param, retryAfterSeconds } = problem ?? {
    code: 'internal_error' as const,
    message: 'The gateway made a mistake. It has been logged under this request id.',
    param: null,
  };
  return Response.json(
    { error: { code, message, requestId, param } },
    {
      status: errors[code].status,
      headers: {
        'cache-control': 'no-store',
        ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
        ...(errors[code].status === 401 && { 'www-authenticate': 'Bearer' }),
      },
    },
  );
}

function problemOf(thrown: unknown): Problem | undefined {
  if (thrown instanceof Refusal) return thrown;
  // A service that parses for itself; the paths are those of its own input.
  if (thrown instanceof z.ZodError) return invalidInput(thrown);
  return undefined;
}
