import type { Part } from './part.ts';
import type { Finish } from './response.ts';

/** Gemini and some Chat vendors say `stop` when the model called tools; what follows from the parts is said here. */
export function finishOf(finish: Finish, hasToolCalls: boolean): Finish {
  return hasToolCalls && finish.reason === 'stop' ? { ...finish, reason: 'tool-calls' } : finish;
}

export function hasToolCalls(parts: readonly Part[]): boolean {
  return parts.some((part) => part.type === 'tool-call');
}
