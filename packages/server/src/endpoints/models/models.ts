import type { JsonObject, Operation, ProtocolId } from '@tollgate/wire/protocol';
import { operationsOf, priceOf } from '../../domain/catalogue.ts';
import { serves } from '../../domain/model-operations.ts';
import type { Channel, KeyRecord, Snapshot } from '../../domain/snapshot.ts';

/** A model as a key sees it. `createdAt` is ms since the epoch. */
export type ListedModel = {
  readonly id: string;
  readonly createdAt: number;
  readonly ownedBy: string;
  /** What some channel can be asked of it; undefined is everything. */
  readonly operations: readonly Operation[] | undefined;
};

/** The models a key can call: served in its group, allowed by the key, and priced. In the order of their names. */
export function listModels(snapshot: Snapshot, key: KeyRecord, group: string): readonly ListedModel[] {
  const names = [...(snapshot.routes.get(group)?.keys() ?? [])].toSorted();
  return names.flatMap((name) => findModel(snapshot, key, group, name) ?? []);
}

/** One model; undefined when the key cannot call it. */
export function findModel(snapshot: Snapshot, key: KeyRecord, group: string, name: string): ListedModel | undefined {
  const channels = snapshot.routes.get(group)?.get(name);
  if (!channels || (key.models && !key.models.has(name))) return undefined;
  const model = snapshot.models.get(name);
  const priced =
    snapshot.settings.relay.allowUnpriced ||
    model?.price !== undefined ||
    channels.some((channel) => {
      const served = channel.models.get(name);
      return served !== undefined && priceOf(snapshot.models, name, served) !== undefined;
    });
  if (!priced) return undefined;
  return {
    id: name,
    createdAt: model?.createdAt ?? 0,
    ownedBy: model?.ownedBy ?? channels[0]?.provider.id ?? 'tollgate',
    operations: operationsOn(snapshot, channels, name),
  };
}

/** What the channels together can be asked of a model. */
function operationsOn(snapshot: Snapshot, channels: readonly Channel[], name: string): ListedModel['operations'] {
  const all = new Set<Operation>();
  for (const channel of channels) {
    const served = channel.models.get(name);
    const operations = served && operationsOf(snapshot.models, name, served);
    if (!operations) return undefined;
    for (const operation of operations) all.add(operation);
  }
  return [...all];
}

/** Gemini's methods, and what is asked by them. */
const methods: readonly (readonly [method: string, operation: Operation])[] = [
  ['generateContent', 'chat'],
  ['streamGenerateContent', 'chat'],
  ['countTokens', 'count-tokens'],
  ['embedContent', 'embed-content'],
  ['batchEmbedContents', 'embeddings'],
  ['predict', 'predict'],
];

/** A model in the shape of the protocol that asks. */
export function presentModel(protocol: ProtocolId, { id, createdAt, ownedBy, operations }: ListedModel): JsonObject {
  switch (protocol) {
    case 'anthropic-messages':
      return { type: 'model', id, display_name: id, created_at: new Date(createdAt).toISOString() };
    case 'gemini':
      return {
        name: `models/${id}`,
        displayName: id,
        supportedGenerationMethods: methods
          .filter(([, operation]) => serves(operations, operation))
          .map(([method]) => method),
      };
    default:
      return { id, object: 'model', created: Math.floor(createdAt / 1000), owned_by: ownedBy };
  }
}

/** The list of models in the shape of the protocol that asks; always one page. */
export function presentList(protocol: ProtocolId, models: readonly ListedModel[]): JsonObject {
  const data = models.map((model) => presentModel(protocol, model));
  switch (protocol) {
    case 'anthropic-messages':
      return { data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
    case 'gemini':
      return { models: data };
    default:
      return { object: 'list', data };
  }
}
