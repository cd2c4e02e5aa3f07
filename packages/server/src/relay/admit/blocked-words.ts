import type { Settings } from '@tollgate/contract/settings';
import type { Json } from '@tollgate/wire/protocol';
import { compileBlockedWords, type FindBlockedWord } from '../../domain/blocked-words.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RelayDeps } from '../deps.ts';
import type { Inspected } from '../request-context.ts';

// A snapshot's settings are frozen and replaced as a whole.
const compiled = new WeakMap<Settings['safety'], FindBlockedWord>();

/** Refuses a request with a word that the operator has blocked. Who asked is not told which; the process's log is. */
export const refuseBlockedWords = (deps: Pick<RelayDeps, 'log'>, context: Inspected): void =>
  refuseBlockedIn(deps, context, context.body.json);

/** The same of what a client says within a session: an event of its own, whose sound and pictures are no texts. */
export function refuseBlockedIn(
  deps: Pick<RelayDeps, 'log'>,
  { snapshot, call }: Pick<Inspected, 'snapshot' | 'call'>,
  json: Json,
): void {
  const { safety } = snapshot.settings;
  if (safety.blockedWords.length === 0) return;
  let find = compiled.get(safety);
  if (!find) compiled.set(safety, (find = compileBlockedWords(safety.blockedWords)));
  const word = find(json);
  if (word === undefined) return;
  deps.log.warn({ requestId: call.id, word }, 'refused a request with a blocked word');
  throw new Refusal('sensitive_words_detected', 'The request has words in it that this gateway does not pass on.');
}
