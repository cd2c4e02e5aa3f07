import { numberAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { summaryOf } from '../shared/inspect.ts';
import type { PricedMaking } from './pinned-kind.ts';

const prefix = 'models/';

/** How much of the first hour it is kept, in seconds; `ttl` as in "300s". */
function firstSeconds(ttl = ''): number {
  const seconds = ttl.endsWith('s') ? Number(ttl.slice(0, -1)) : Number.NaN;
  return seconds >= 0 && seconds < 3600 ? seconds : 3600;
}

/**
 * What is read into a cache is paid as input, once; what reads it later, as its requests tell; that it is kept, by its tokens and the
 * time (see `shared/stored-objects/paid-storage.ts`). The first stretch of time must be there to be paid.
 * https://ai.google.dev/gemini-api/docs/pricing
 */
export const cachedContents: PricedMaking = {
  inspect(json) {
    const model = textAt(json, 'model');
    if (!model?.startsWith(prefix) || model === prefix)
      return { invalid: `"model" must be a model\u2019s name after "${prefix}".`, param: 'model' };
    const inputEstimate = estimateInput(json);
    const counted = { cacheTokenHours: Math.ceil((inputEstimate * firstSeconds(textAt(json, 'ttl'))) / 3600) };
    return summaryOf(model.slice(prefix.length), null, { inputEstimate, counted });
  },
  withModel: (json, model): JsonObject => ({ ...json, model: prefix + model }),
  usageOf(told) {
    const tokens = numberAt(objectAt(told, 'usageMetadata') ?? {}, 'totalTokenCount');
    return tokens === undefined ? undefined : { inputText: tokens };
  },
};
