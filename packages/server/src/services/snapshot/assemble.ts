import type { Settings } from '@tollgate/contract/settings';
import { z } from 'zod';
import type {
  StoredChannel,
  StoredCredential,
  StoredGroup,
  StoredModel,
  StoredSetting,
} from '../../domain/configuration.ts';
import { baseUrlOf } from '../../domain/base-url.ts';
import { catalogueNameOf } from '../../domain/catalogue.ts';
import { followMappings } from '../../domain/model-mapping.ts';
import { serveModel } from '../../domain/served-model.ts';
import { modelFacts } from '../../data/models.ts';
import type { Channel, Credential, Group, Model, Snapshot } from '../../domain/snapshot.ts';
import type { AnyProvider } from '../../providers/define.ts';
import type { DeclaredSettings } from '../configuration/context.ts';
import { openSetting } from '../configuration/settings.ts';
import { openCredential, openWiring } from '../configuration/validated-channel.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';

export type StoredConfiguration = {
  readonly channels: readonly StoredChannel[];
  readonly models: readonly StoredModel[];
  readonly groups: readonly StoredGroup[];
  readonly settings: readonly StoredSetting[];
};

export type SnapshotLog = { warn(fields: Readonly<Record<string, unknown>>, message: string): void };

export type AssembleContext = {
  readonly secretBox: SecretBox;
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly settings: DeclaredSettings;
  readonly log: SnapshotLog;
};

/**
 * Resolves the stored configuration: seals opened, mappings followed, routes ordered. What is broken (a sealed text that does
 * not open, a provider that is gone) is logged and left out; the rest goes on serving.
 */
export function assembleSnapshot(stored: StoredConfiguration, version: number, context: AssembleContext): Snapshot {
  const channels = new Map<string, Channel>();
  for (const row of stored.channels) {
    const channel = openChannel(row, context);
    if (channel !== undefined) channels.set(row.id, channel);
  }
  const groups = new Map(stored.groups.map((group): [string, Group] => [group.name, readGroup(group)]));
  const routes = routesOf(channels.values(), groups);
  return Object.freeze({
    version,
    settings: openSettings(stored.settings, context),
    channels,
    routes,
    models: modelsOf(stored.models, channels.values()),
    groups,
  });
}

function openSettings(rows: readonly StoredSetting[], context: AssembleContext): Settings {
  const opened = rows.map((row) => ({ row, open: openSetting(context, row) }));
  const sealed = opened.filter(({ open }) => open === undefined).map(({ row }) => row.path);
  if (sealed.length > 0) context.log.warn({ paths: sealed }, 'settings left out: their secrets do not open');
  const { settings, unfit } = context.settings.read(opened.flatMap(({ open }) => open ?? []));
  if (unfit.length > 0) context.log.warn({ paths: unfit }, 'settings that no longer fit are ignored');
  return deepFreeze(settings);
}

function readGroup(group: StoredGroup): Group {
  return Object.freeze({ name: group.name, multiplier: group.multiplier, userGroupMultipliers: group.userGroups });
}

function openChannel(row: StoredChannel, context: AssembleContext): Channel | undefined {
  const where = { channelId: row.id, channel: row.name };
  const provider = context.providers.get(row.provider);
  if (provider === undefined) {
    context.log.warn({ ...where, provider: row.provider }, 'channel left out: its provider is unknown');
    return undefined;
  }
  try {
    const wiring = openWiring(context.secretBox, row);
    const { ends, cycles } = followMappings(row.models);
    if (cycles.length > 0)
      context.log.warn({ ...where, cycles }, 'models left out: their mappings go round in a circle');
    const credentials = row.credentials.map((credential) => openOne(credential, provider, where, context));
    const settings = Object.freeze({ ...provider.settings.parse(row.settings) });
    return Object.freeze({
      id: row.id,
      name: row.name,
      provider,
      baseUrl: row.baseUrl ?? baseUrlOf(provider, settings) ?? '',
      settings,
      credentials: credentials.filter((credential) => credential !== undefined),
      models: new Map([...ends].map(([name, end]) => [name, serveModel({ name, ...end }, provider, modelFacts)])),
      groups: row.groups,
      priority: row.priority,
      weight: row.weight,
      overrides: deepFreeze(wiring.overrides),
      proxy: wiring.proxy,
      enabled: row.enabled,
    });
  } catch (error) {
    context.log.warn({ ...where, reason: reasonOf(error) }, 'channel left out: it cannot be read');
    return undefined;
  }
}

const texts = z.record(z.string(), z.string());

function openOne(
  row: StoredCredential,
  provider: AnyProvider,
  where: Readonly<Record<string, unknown>>,
  context: AssembleContext,
): Credential | undefined {
  try {
    const parsed = Object.entries(provider.credential.parse(openCredential(context.secretBox, row))).filter(
      ([, value]) => value !== undefined,
    );
    return Object.freeze({
      index: row.index,
      values: Object.freeze(texts.parse(Object.fromEntries(parsed))),
      enabled: row.enabled,
    });
  } catch (error) {
    context.log.warn(
      { ...where, credential: row.index, reason: reasonOf(error) },
      'credential left out: it cannot be read',
    );
    return undefined;
  }
}

/** A parser's message may quote what it parsed; only its paths are fit for a log. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return `invalid at ${error.issues.map((issue) => issue.path.join('.') || '(root)').join(', ')}`;
  return error instanceof Error && error.name === 'SecretBoxError' ? error.message : 'malformed';
}

function routesOf(channels: Iterable<Channel>, groups: ReadonlyMap<string, Group>): Snapshot['routes'] {
  const ordered = [...channels]
    .filter((channel) => channel.enabled && channel.credentials.some((credential) => credential.enabled))
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  const routes = new Map<string, Map<string, Channel[]>>();
  for (const group of groups.keys()) routes.set(group, new Map());
  for (const channel of ordered) {
    for (const group of channel.groups) {
      const byModel = routes.get(group);
      if (byModel === undefined) continue;
      for (const name of channel.models.keys()) {
        const list = byModel.get(name);
        if (list === undefined) byModel.set(name, [channel]);
        else list.push(channel);
      }
    }
  }
  return routes;
}

/**
 * The known models, and every name that a channel serves. A name without a price of its own (an alias) takes that of
 * the model it is mapped to, when all channels that serve it agree on one.
 */
function modelsOf(stored: readonly StoredModel[], channels: Iterable<Channel>): ReadonlyMap<string, Model> {
  const models = new Map<string, Model>();
  for (const { name, price, maxOutputTokens, operations, ownedBy, createdAt } of stored)
    models.set(name, { name, price, maxOutputTokens, operations, ownedBy, createdAt });
  const known: ReadonlyMap<string, Model> = new Map(models);
  const upstreams = new Map<string, { readonly names: Set<string>; readonly provider: string }>();
  for (const channel of channels) {
    for (const [name, served] of channel.models) {
      const upstream = catalogueNameOf(known, served);
      const found = upstreams.get(name);
      if (found === undefined) upstreams.set(name, { names: new Set([upstream]), provider: channel.provider.id });
      else found.names.add(upstream);
    }
  }
  for (const [name, { names, provider }] of upstreams) {
    const own = known.get(name);
    if (own?.price !== undefined) continue;
    const [only] = names;
    const base = names.size === 1 && only !== undefined ? known.get(only) : undefined;
    models.set(name, {
      name,
      price: base?.price,
      maxOutputTokens: own?.maxOutputTokens ?? base?.maxOutputTokens,
      operations: own?.operations ?? base?.operations,
      ownedBy: own?.ownedBy ?? base?.ownedBy ?? provider,
      createdAt: own?.createdAt ?? base?.createdAt ?? 0,
    });
  }
  return models;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
