import type { TokenLogprob } from '../../ir/part.ts';
import { listAt, numberAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** Reads the list under `content` or `refusal` of a choice's `logprobs`; undefined when it is empty. */
export function readLogprobs(json: JsonObject | undefined, key: string): readonly TokenLogprob[] | undefined {
  if (!json) return undefined;
  const list = objectsAt(json, key).map((entry) => {
    const top = objectsAt(entry, 'top_logprobs').map(readToken);
    return { ...readToken(entry), top: top.length > 0 ? top : undefined };
  });
  return list.length > 0 ? list : undefined;
}

function readToken(json: JsonObject): Omit<TokenLogprob, 'top'> {
  const bytes = listAt(json, 'bytes').filter((byte) => typeof byte === 'number');
  return {
    token: textAt(json, 'token') ?? '',
    logprob: numberAt(json, 'logprob') ?? 0,
    bytes: bytes.length > 0 ? bytes : undefined,
  };
}

/** Log probabilities as OpenAI lists them. */
export function writeLogprobs(list: readonly TokenLogprob[]): readonly JsonObject[] {
  return list.map((entry) => ({ ...writeToken(entry), top_logprobs: (entry.top ?? []).map(writeToken) }));
}

function writeToken({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logprob, bytes: bytes ?? null };
}
