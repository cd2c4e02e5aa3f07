import type { UpstreamFailure } from '../protocol.ts';
import type { Part } from './part.ts';
import type { Finish, IrChoice } from './response.ts';

/**
 * Why an answer ended, by its word and by what is in it. Gemini and some Chat vendors say `stop` when the model called
 * tools, others announce calls and make none; a client acts by the word, so it follows the parts. No word at all is a
 * natural end: the answer is whole, or it would not be read here.
 */
export function finishOf(told: Finish | undefined, hasToolCalls: boolean): Finish {
  const finish = told ?? natural;
  const { reason } = finish;
  if (hasToolCalls) return reason === 'stop' || reason === 'other' ? { ...finish, reason: 'tool-calls' } : finish;
  return reason === 'tool-calls' ? { ...finish, reason: 'stop' } : finish;
}

const natural: Finish = { reason: 'stop' };

export function hasToolCalls(parts: readonly Part[]): boolean {
  return parts.some((part) => part.type === 'tool-call');
}

/**
 * Whether an answer with nothing in it is one all the same, because it says why: a filter, a mishap of the model's, a cap.
 * It is then the model's doing, which another target would do too, and is charged. A natural end says nothing of the kind.
 */
export function explainsEmptiness({ reason, raw }: Finish): boolean {
  switch (reason) {
    case 'stop':
    case 'tool-calls':
    case 'error':
      return false;
    case 'other':
      return raw !== undefined;
    default:
      return true;
  }
}

/** The failure that an answer tells of by its end: the upstream broke it off, whatever came before. */
export function failureOf({ reason, raw, detail }: Finish): UpstreamFailure | undefined {
  if (reason !== 'error') return undefined;
  const word = raw === undefined ? '' : ` (${raw})`;
  return {
    status: 502,
    message: detail ?? `The upstream broke its answer off${word}.`,
    type: 'upstream_error',
    code: raw,
    param: undefined,
  };
}

/** The first failure that an answer of several choices tells of so. */
export function failureOfAll(choices: readonly Pick<IrChoice, 'finish'>[]): UpstreamFailure | undefined {
  for (const { finish } of choices) {
    const failure = finish && failureOf(finish);
    if (failure) return failure;
  }
  return undefined;
}
