import type { KeyRecord, Snapshot } from '../../domain/snapshot.ts';

type ModelObject = {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
};

/** The models a key can call, in OpenAI's shape: served in its group, allowed by the key, and priced. */
export function listModels(
  snapshot: Snapshot,
  key: KeyRecord,
  group: string,
): { object: 'list'; data: readonly ModelObject[] } {
  const names = [...(snapshot.routes.get(group)?.keys() ?? [])].sort();
  return { object: 'list', data: names.flatMap((name) => describeModel(snapshot, key, group, name) ?? []) };
}

/** One model in OpenAI's shape; undefined when the key cannot call it. */
export function describeModel(
  snapshot: Snapshot,
  key: KeyRecord,
  group: string,
  name: string,
): ModelObject | undefined {
  const channels = snapshot.routes.get(group)?.get(name);
  if (!channels || (key.models && !key.models.has(name))) return undefined;
  const model = snapshot.models.get(name);
  const priced =
    snapshot.settings.relay.allowUnpriced ||
    model?.price !== undefined ||
    channels.some((channel) => snapshot.models.get(channel.models.get(name) ?? name)?.price !== undefined);
  if (!priced) return undefined;
  return {
    id: name,
    object: 'model',
    created: Math.floor((model?.createdAt ?? 0) / 1000),
    owned_by: model?.ownedBy ?? channels[0]?.provider.id ?? 'tollgate',
  };
}
