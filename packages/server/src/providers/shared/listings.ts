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

const nextBy = (name: string, token: unknown): string | undefined =>
  typeof token === 'string' && token !== '' ? `${name}=${encodeURIComponent(token)}` : undefined;

/** https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/endpoint/models.rs */
export const codexListing: ModelListing = {
  // Models are told only to clients that are new enough for them.
  path: '/codex/models?client_version=1.0.0',
  source: 'https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/endpoint/models.rs',
  read(body) {
    const items = itemsOf(objectOf(body)['models']);
    return (
      items && {
        models: items.flatMap(({ slug, visibility = 'list' }) =>
          typeof slug === 'string' && visibility === 'list' ? [slug] : [],
        ),
      }
    );
  },
};

/** Deployments, by whose names models are asked; a version of the API after this one has them no more for API keys. */
export const azureListing: ModelListing = {
  path: '/openai/deployments?api-version=2023-03-15-preview',
  source: 'https://github.com/openai/openai-python/issues/447',
  read: readModelList,
};

/** Bedrock's control plane, which is another host than its runtime: https://docs.aws.amazon.com/general/latest/gr/bedrock.html */
const controlPlane = 'https://bedrock.{region}.amazonaws.com';

/** Models that are asked by their own ids, and profiles, by which newer ones are asked and those that run in several regions. */
export const bedrockListing: ModelListing = {
  at: controlPlane,
  path: '/foundation-models',
  source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html',
  read(body) {
    const items = itemsOf(objectOf(body)['modelSummaries']);
    return (
      items && {
        models: items.flatMap(({ modelId, inferenceTypesSupported: types }) =>
          typeof modelId === 'string' && Array.isArray(types) && types.includes('ON_DEMAND') ? [modelId] : [],
        ),
      }
    );
  },
  also: {
    at: controlPlane,
    path: '/inference-profiles?maxResults=1000',
    source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html',
    read(body) {
      const { inferenceProfileSummaries: profiles, nextToken } = objectOf(body);
      const items = itemsOf(profiles);
      return (
        items && {
          models: items.flatMap(({ inferenceProfileId: id, status }) =>
            typeof id === 'string' && status === 'ACTIVE' ? [id] : [],
          ),
          next: nextBy('nextToken', nextToken),
        }
      );
    },
  },
};

/** Models of one publisher in Vertex's Model Garden, where they can be asked without being deployed; undefined for one that cannot. */
const publisherListing = (
  publisher: string,
  nameOf: (model: string, version: string) => string | undefined,
  also: ModelListing | undefined,
): ModelListing => ({
  path: `/v1beta1/publishers/${publisher}/models?pageSize=100`,
  source: 'https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list',
  read(body) {
    const { publisherModels, nextPageToken } = objectOf(body);
    // A publisher that has none here is told by an empty object.
    const items = publisherModels === undefined && isEmpty(body) ? [] : itemsOf(publisherModels);
    return (
      items && {
        models: items.flatMap(({ name, versionId }) => {
          const tail = typeof name === 'string' ? name.slice(name.lastIndexOf('/') + 1) : '';
          return nameOf(tail, typeof versionId === 'string' ? versionId : '') ?? [];
        }),
        next: nextBy('pageToken', nextPageToken),
      }
    );
  },
  ...(also && { also }),
});

const isEmpty = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;

/** Makers whose models are served by OpenAI's protocol: https://cloud.google.com/vertex-ai/generative-ai/docs/maas/use-open-models */
const openMakers = ['meta', 'deepseek-ai', 'qwen', 'openai', 'moonshotai', 'minimaxai', 'zai-org'];

/** As channels name them: Google's and Mistral's as they are, Claude with its date, those of other makers behind their makers. */
export const vertexListing: ModelListing = publisherListing(
  'google',
  (model) => (/^(?:gemini|imagen|veo|text-embedding)-/.test(model) ? model : undefined),
  publisherListing(
    'anthropic',
    (model, version) => (/^\d{8}$/.test(version) && !model.includes('@') ? `${model}@${version}` : model || undefined),
    publisherListing(
      'mistralai',
      (model) => model || undefined,
      openMakers.reduceRight<ModelListing | undefined>(
        (also, maker) =>
          publisherListing(maker, (model) => (model.endsWith('-maas') ? `${maker}/${model}` : undefined), also),
        undefined,
      ),
    ),
  ),
);

/** https://docs.perplexity.ai/api-reference/models-get */
export const perplexityListing: ModelListing = { path: '/v1/models', read: readModelList };
