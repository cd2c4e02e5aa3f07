import { numberAt, objectAt, textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import { estimateInput } from '@tollgate/wire/protocols/openai-chat/estimate';
import { summaryOf } from '../shared/inspect.ts';
import type { PricedMaking } from './pinned-kind.ts';

const prefix = 'models/';

/**
 * What is read into a cache is paid as input, once; what reads it later, as its requests tell. How long it is kept has no price here.
 * https://ai.google.dev/gemini-api/docs/pricing
 */
export const cachedContents: PricedMaking = {
  inspect(json) {
    const model = textAt(json, 'model');
    if (!model?.startsWith(prefix) || model === prefix)
      return { invalid: `"model" must be a model\u2019s name after "${prefix}".`, param: 'model' };
    return summaryOf(model.slice(prefix.length), null, { inputEstimate: estimateInput(json) });
  },
  withModel: (json, model): JsonObject => ({ ...json, model: prefix + model }),
  usageOf(told) {
    const tokens = numberAt(objectAt(told, 'usageMetadata') ?? {}, 'totalTokenCount');
    return tokens === undefined ? undefined : { inputText: tokens };
  },
};
