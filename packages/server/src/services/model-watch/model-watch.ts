import type { ModelWatchTake, ModelWatchView } from '@tollgate/contract/api/channel-inquiries';
import { modelNameSchema } from '@tollgate/contract/entities/names';
import { channelPatchSchema, type ChannelPatch } from '@tollgate/contract/api/configuration';
import type { ModelMapping } from '../../domain/configuration.ts';
import { hasMore, nothingFound, readList, stillFound } from '../../domain/model-watch.ts';
import { redact } from '../../domain/redact.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Channel, Snapshot } from '../../domain/snapshot.ts';
import { modelWatchRepository, type StoredModelWatch } from '../../store/configuration/model-watches.ts';
import { mustFind, patchChannel } from '../configuration/channels.ts';
import { edit, type Actor, type ConfigurationContext } from '../configuration/context.ts';

export type WatchDeps = {
  readonly configuration: ConfigurationContext;
  /** The upstream's names of a channel's models. Throws a refusal when they cannot be listed. */
  readonly list: (channel: Channel) => Promise<readonly string[]>;
};

/** Of an upstream's list; a longer one is no list of models. */
const mostListed = 20_000;

/** Actor of what is served without a person. */
const gatewayActor = 'gateway';

const servedBy = (channel: Channel) => [...channel.models].map(([name, { upstream }]) => ({ name, upstream }));

const present = (channel: Channel, watch: StoredModelWatch | undefined): ModelWatchView => {
  const found = stillFound(watch?.found ?? nothingFound, servedBy(channel), channel.ignoredModels);
  return {
    channelId: channel.id,
    channel: channel.name,
    mode: channel.watchModels,
    checkedAt: watch?.checkedAt ?? null,
    problem: watch?.problem ?? null,
    foundAt: watch?.foundAt ?? null,
    new: [...found.new],
    gone: [...found.gone],
  };
};

/** Every channel whose upstream is watched, with what was found there and is still so. */
export async function listWatches(
  { database }: Pick<ConfigurationContext, 'database'>,
  { channels }: Pick<Snapshot, 'channels'>,
): Promise<readonly ModelWatchView[]> {
  const watched = [...channels.values()].filter(({ watchModels }) => watchModels !== 'off');
  if (watched.length === 0) return [];
  const watches = new Map((await modelWatchRepository.all(database.db)).map((one) => [one.channelId, one]));
  return watched.map((channel) => present(channel, watches.get(channel.id)));
}

/**
 * Asks the upstream of a channel for its models, and keeps what is new and gone. What is new is served at once where the channel
 * says so, unless a config file owns it. An upstream that does not answer with a list leaves all as it is.
 */
export async function lookAt({ configuration, list }: WatchDeps, channel: Channel): Promise<ModelWatchView> {
  const listed = await askFor(list, channel);
  return await edit(configuration, async (db) => {
    await mustFind(db, channel.id);
    const before = await modelWatchRepository.find(db, channel.id);
    const { found = nothingFound, foundAt } = before?.watch ?? {};
    const at = { channelId: channel.id, checkedAt: configuration.now() };
    if (typeof listed === 'string') {
      const watch = { ...at, problem: listed, found, foundAt };
      await modelWatchRepository.put(db, watch, before?.known);
      return present(channel, watch);
    }
    const read = readList(listed, before?.known, servedBy(channel), channel.ignoredModels);
    const watch = {
      ...at,
      problem: undefined,
      found: read.found,
      foundAt: hasMore(read.found, found) ? at.checkedAt : foundAt,
    };
    await modelWatchRepository.put(db, watch, read.known);
    return present(channel, watch);
  });
}

/** The list, or why there is none. Names that no model of ours may have are left out. */
async function askFor(list: WatchDeps['list'], channel: Channel): Promise<readonly string[] | string> {
  try {
    const names = (await list(channel)).filter((name) => modelNameSchema.safeParse(name).success);
    return names.length === 0 || names.length > mostListed ? `It listed ${names.length} models.` : names;
  } catch (error) {
    return redact(error instanceof Error ? error.message : String(error)).slice(0, 500);
  }
}

/** Serves what was found, or stops serving it, or has it not told of again. Refuses where a config file owns the channel. */
export async function takeModels(
  configuration: ConfigurationContext,
  actor: Actor,
  channel: Channel,
  { add, remove, dismiss }: ModelWatchTake,
): Promise<ModelWatchView> {
  await configuration.secretBox.reload();
  return await edit(configuration, async (db) => {
    const existing = await mustFind(db, channel.id);
    const models = modelsAfter(existing.models, add, remove);
    if (models !== undefined) await patchChannel(db, configuration, actor, existing, { models });
    const before = await modelWatchRepository.find(db, channel.id);
    if (before === undefined) return present(channel, undefined);
    const { found } = before.watch;
    const settled = new Set([...add, ...dismiss]);
    const known = before.known && new Set([...before.known, ...settled]);
    // What is dismissed of the gone is not missed at the next look either.
    for (const name of dismiss) if (found.gone.includes(name)) known?.delete(name);
    const left = (names: readonly string[], done: ReadonlySet<string>) => names.filter((name) => !done.has(name));
    const watch = {
      ...before.watch,
      found: { new: left(found.new, settled), gone: left(found.gone, new Set(dismiss)) },
    };
    await modelWatchRepository.put(db, watch, known);
    const { gone, ...view } = present(channel, watch);
    return { ...view, gone: gone.filter(({ name }) => !remove.includes(name)) };
  });
}

/** The models of a channel with some more and some less; undefined where that is the same. */
function modelsAfter(
  models: readonly ModelMapping[],
  add: readonly string[],
  remove: readonly string[],
): ChannelPatch['models'] | undefined {
  const kept = models.filter(({ name }) => !remove.includes(name));
  const taken = new Set(kept.map(({ name }) => name));
  const added = [...new Set(add)].filter((name) => !taken.has(name));
  if (added.length === 0 && kept.length === models.length) return undefined;
  const { models: after } = channelPatchSchema.parse({
    models: [...kept, ...added.map((name) => ({ name, upstream: name }))],
  });
  return after;
}

/** What a look found is served, where the channel says so; returns whether it was. */
export async function serveFound(
  configuration: ConfigurationContext,
  channel: Channel,
  found: Pick<ModelWatchView, 'new'>,
): Promise<boolean> {
  if (channel.watchModels !== 'add' || found.new.length === 0) return false;
  try {
    await takeModels(configuration, gatewayActor, channel, { add: [...found.new], remove: [], dismiss: [] });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'owned_by_file') return false;
    throw error;
  }
}
