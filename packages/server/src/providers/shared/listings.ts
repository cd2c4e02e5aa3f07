import type { ModelListing, ModelPage } from '../account.ts';

export type Item = Readonly<Record<string, unknown>>;

/** The objects of a list, whatever else is in it; undefined where there is no list. */
export const itemsOf = (value: unknown): readonly Item[] | undefined =>
  Array.isArray(value)
    ? value.filter((item): item is Item => typeof item === 'object' && item !== null && !Array.isArray(item))
    : undefined;

const objectOf = (value: unknown): Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item) : {};

/** `{data: [{id}]}` as OpenAI has it, or the bare list of some who follow it. Lists that go on say so as Anthropic does. */
export function readModelList(body: unknown): ModelPage | undefined {
  const { data, has_more: more, last_id: last } = objectOf(body);
  const items = itemsOf(data) ?? itemsOf(body);
  if (!items) return undefined;
  const models = items.flatMap(({ id }) => (typeof id === 'string' && id !== '' ? [id] : []));
  const next = more === true && typeof last === 'string' ? `after_id=${encodeURIComponent(last)}` : undefined;
  return { models, next };
}

/** https://platform.openai.com/docs/api-reference/models/list */
export const openaiListing: ModelListing = { path: '/models', read: readModelList };

/** https://docs.claude.com/en/api/models-list */
export const anthropicListing: ModelListing = { path: '/v1/models?limit=1000', read: readModelList };

/** https://ai.google.dev/api/models#method:-models.list */
export const geminiListing: ModelListing = {
  path: '/v1beta/models?pageSize=1000',
  read(body) {
    const { models, nextPageToken: token } = objectOf(body);
    const items = itemsOf(models);
    return (
      items && {
        models: items.flatMap(({ name }) => (typeof name === 'string' ? [name.replace(/^models\//, '')] : [])),
        next: typeof token === 'string' && token !== '' ? `pageToken=${encodeURIComponent(token)}` : undefined,
      }
    );
  },
};
