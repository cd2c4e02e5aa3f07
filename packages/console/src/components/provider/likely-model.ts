import type { ModelView } from '@tollgate/contract/api/configuration';
import type { PriceSheet } from '@tollgate/contract/price';
import { plainRates } from '../../lib/rates.ts';

/** What vendors call their small ones: a first question should be cheap and quick. */
const small = /\b(?:mini|nano|flash|haiku|lite|small|fast|instant|chat)\b/i;

/** What names tell of models that do something else than answer in words. */
const otherwise =
  /embed|rerank|moderation|whisper|transcri|tts|speech|audio|voice|realtime|image|dall-e|imagen|video|sora|veo|ocr|guard/i;

/** Whether a price knows of output in words, with conditions or without. */
const pricesWords = (price: PriceSheet): boolean =>
  price.expression !== undefined || plainRates(price).output !== undefined;

/**
 * The model to ask first: one that answers in text (what has no price for output does not), small before large, newer
 * names before older ones. Undefined without any.
 */
export function likelyModel(
  names: readonly string[],
  known: readonly Pick<ModelView, 'name' | 'current' | 'operations'>[],
): string | undefined {
  const byName = new Map(known.map((model) => [model.name, model]));
  const rank = (name: string): number => {
    const model = byName.get(name);
    const operations = model?.operations;
    if (otherwise.test(name) && !(operations?.includes('chat') ?? false)) return 3;
    if (operations !== undefined && operations !== null && !operations.includes('chat')) return 3;
    const price = model?.current?.price;
    if (price !== undefined && price !== null && !pricesWords(price)) return 2;
    return small.test(name) ? 0 : 1;
  };
  return names.toSorted(
    (one, other) => rank(one) - rank(other) || other.localeCompare(one, 'en', { numeric: true }),
  )[0];
}
