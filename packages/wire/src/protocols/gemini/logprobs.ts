import type { TokenLogprob } from '../../ir/part.ts';
import { isObject, listAt, numberAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { camelKeys } from './cases.ts';

function readOne(json: JsonObject): { readonly token: string; readonly logprob: number } {
  const entry = camelKeys(json);
  return { token: textAt(entry, 'token') ?? '', logprob: numberAt(entry, 'logProbability') ?? 0 };
}

/** Log probabilities of the tokens of a candidate, or of the piece of it that one chunk brings. */
export function readLogprobs(candidate: JsonObject): readonly TokenLogprob[] | undefined {
  const written = objectAt(candidate, 'logprobsResult');
  if (!written) return undefined;
  const json = camelKeys(written);
  const tops = listAt(json, 'topCandidates');
  const tokens = objectsAt(json, 'chosenCandidates').map((chosen, i) => {
    const top = tops[i];
    return { ...readOne(chosen), top: isObject(top) ? objectsAt(top, 'candidates').map(readOne) : undefined };
  });
  return tokens.length > 0 ? tokens : undefined;
}

function writeOne(entry: { readonly token: string; readonly logprob: number }): JsonObject {
  return { token: entry.token, logProbability: entry.logprob };
}

/** Log probabilities in Google's shape; bytes have no place there. */
export function writeLogprobs(logprobs: readonly TokenLogprob[]): JsonObject {
  const chosenCandidates = logprobs.map(writeOne);
  if (!logprobs.some((entry) => entry.top)) return { chosenCandidates };
  return {
    chosenCandidates,
    topCandidates: logprobs.map((entry) => ({ candidates: (entry.top ?? []).map(writeOne) })),
  };
}
