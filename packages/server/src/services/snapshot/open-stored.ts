import { readChannelCosts } from '../../domain/channel-costs.ts';
import { channelFields } from '@tollgate/contract/entities/channel';
import { defaultsOf, pickFields } from '@tollgate/contract/entities/field';
import { groupFields } from '@tollgate/contract/entities/group';
import { modelFields } from '@tollgate/contract/entities/model';
import type { Settings } from '@tollgate/contract/settings';
import { z } from 'zod';
import type {
  StoredChannel,
  StoredCredential,
  StoredGroup,
  StoredModel,
  StoredProviderKey,
  StoredSetting,
} from '../../domain/configuration.ts';
import { baseUrlOf } from '../../domain/base-url.ts';
import { followMappings } from '../../domain/model-mapping.ts';
import { upstreamNameOf } from '../../domain/upstream-name.ts';
import { compileOverrides, noOverrides, type ChannelOverrides } from '../../domain/overrides/compile.ts';
import type { Overrides } from '../../domain/overrides/run.ts';
import { serveModel } from '../../domain/served-model.ts';
import { modelFacts } from '../../data/models.ts';
import type { Channel, Credential, Group, Model, ProviderKeyChannel } from '../../domain/snapshot.ts';
import type { AnyProvider } from '../../providers/define.ts';
import type { DeclaredSettings } from '../configuration/context.ts';
import { openSetting } from '../configuration/settings.ts';
import { openCredential, openWiring } from '../configuration/validated-channel.ts';
import { openProviderKeyCredential } from '../provider-keys/sealed-credential.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';

export type SnapshotLog = { warn(fields: Readonly<Record<string, unknown>>, message: string): void };

export type OpenContext = {
  readonly secretBox: SecretBox;
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly settings: DeclaredSettings;
  readonly log: SnapshotLog;
};

/** The settings of stored rows. Those that do not fit, or do not open, are logged by their paths and left out. */
export function openSettings(rows: readonly StoredSetting[], context: OpenContext): Settings {
  const opened = rows.map((row) => ({ row, open: openSetting(context, row) }));
  const sealed = opened.filter(({ open }) => open === undefined).map(({ row }) => row.path);
  if (sealed.length > 0) context.log.warn({ paths: sealed }, 'settings left out: their secrets do not open');
  const { settings, unfit } = context.settings.read(opened.flatMap(({ open }) => open ?? []));
  if (unfit.length > 0) context.log.warn({ paths: unfit }, 'settings that no longer fit are ignored');
  return deepFreeze(settings);
}

export function openGroup(group: StoredGroup): Group {
  return Object.freeze({
    name: group.name,
    multiplier: group.multiplier,
    userGroupMultipliers: group.userGroups,
    ...pickFields(groupFields, group),
  });
}

export function openModel(row: StoredModel): Model {
  const { name, price, operations, createdAt } = row;
  return Object.freeze({ name, price, operations, createdAt, ...pickFields(modelFields, row) });
}

/**
 * A channel with its seals opened and its mappings followed. What is broken (a sealed text that does not open, a provider
 * that is gone) is logged and left out; the rest goes on serving.
 */
export function openChannel(row: StoredChannel, context: OpenContext): Channel | undefined {
  const where = { channelId: row.id, channel: row.name };
  return orLeftOut(row, where, context, (provider) => {
    const wiring = openWiring(context.secretBox, row);
    const credentials = row.credentials.map((credential) => openOne(credential, provider, where, context));
    return Object.freeze({
      ...pickFields(channelFields, row),
      ...opened(row, provider, where, context),
      credentials: credentials.filter((credential) => credential !== undefined),
      overrides: openOverrides(wiring.overrides, where, context),
      proxy: wiring.proxy,
      costSheet: readChannelCosts(row.costs),
    });
  });
}

/** A provider key as the channel that it is, which is in no group and wants nothing otherwise. */
export function openProviderKey(row: StoredProviderKey, context: OpenContext): ProviderKeyChannel | undefined {
  const where = { channelId: row.id };
  const key = orLeftOut(row, where, context, (provider) => {
    return Object.freeze({
      ...withoutWishes,
      enabled: row.enabled && row.stopped === undefined,
      ...opened({ ...row, baseUrl: undefined }, provider, where, context),
      // Without one that can be read it serves nothing, and still says what the house is not asked.
      credentials: [openBrought(row, provider, where, context)].filter((credential) => credential !== undefined),
      broughtBy: broughtBy(row),
    });
  });
  return key ?? (row.placement === 'only' ? barringKey(row, where, context) : undefined);
}

/** What a provider key does not say, as a channel. */
const withoutWishes = { ...defaultsOf(channelFields), groups: [], overrides: noOverrides, proxy: undefined } as const;

const broughtBy = ({ owner, placement, enabled }: StoredProviderKey): ProviderKeyChannel['broughtBy'] => ({
  owner: owner.id,
  placement,
  switchedOff: !enabled,
});

/**
 * A key in place of the house whose provider this gateway does not know, or whose settings it cannot read (any more): it serves nothing,
 * by whatever provider, and its models are asked of the house no more than before.
 */
function barringKey(row: StoredProviderKey, where: Where, context: OpenContext): ProviderKeyChannel | undefined {
  const standIn = [...context.providers.values()].find(
    ({ id, settings }) => id !== row.provider && settings.safeParse({}).success,
  );
  return (
    standIn &&
    orLeftOut({ provider: standIn.id }, where, context, (provider) =>
      Object.freeze({
        ...withoutWishes,
        enabled: false,
        ...opened(
          { ...row, models: row.models.map(asItself), baseUrl: undefined, settings: {} },
          provider,
          where,
          context,
        ),
        credentials: [],
        broughtBy: broughtBy(row),
      }),
    )
  );
}

/** What a key bars are the names that its owner asks for; where they would have gone is no matter, and may be what cannot be read. */
const asItself = ({ name }: StoredProviderKey['models'][number]): StoredProviderKey['models'][number] => ({
  name,
  upstream: name,
});

type Where = Readonly<Record<string, unknown>>;

function orLeftOut<C>(
  row: { readonly provider: string },
  where: Where,
  { providers, log }: OpenContext,
  open: (provider: AnyProvider) => C,
): C | undefined {
  const provider = providers.get(row.provider);
  if (provider === undefined) {
    log.warn({ ...where, provider: row.provider }, 'channel left out: its provider is unknown');
    return undefined;
  }
  try {
    return open(provider);
  } catch (error) {
    log.warn({ ...where, reason: reasonOf(error) }, 'channel left out: it cannot be read');
    return undefined;
  }
}

/** What follows from a provider and the settings for it, and what is served there. */
function opened(
  row: Pick<StoredChannel, 'id' | 'name' | 'baseUrl' | 'settings' | 'models'>,
  provider: AnyProvider,
  where: Where,
  context: OpenContext,
): Pick<Channel, 'id' | 'name' | 'provider' | 'baseUrl' | 'settings' | 'models'> {
  const { ends, cycles } = followMappings(row.models);
  if (cycles.length > 0) context.log.warn({ ...where, cycles }, 'models left out: their mappings go round in a circle');
  const settings = Object.freeze({ ...provider.settings.parse(row.settings) });
  return {
    id: row.id,
    name: row.name,
    provider,
    baseUrl: row.baseUrl ?? baseUrlOf(provider, settings) ?? '',
    settings,
    models: new Map(
      [...ends].map(([name, end]) => {
        const upstream = upstreamNameOf(provider, settings, end.upstream);
        return [name, serveModel({ name, ...end, upstream }, provider, modelFacts)];
      }),
    ),
  };
}

/** Compiled once; a step that can no longer be read is left out rather than its channel. */
function openOverrides(
  stored: Overrides,
  where: Readonly<Record<string, unknown>>,
  context: OpenContext,
): ChannelOverrides {
  const { overrides, mistakes } = compileOverrides(deepFreeze(stored));
  if (mistakes.length > 0)
    context.log.warn({ ...where, paths: mistakes.map(({ path }) => path) }, 'overrides left out: they cannot be read');
  return overrides;
}

const texts = z.record(z.string(), z.string());

function openOne(
  row: StoredCredential,
  provider: AnyProvider,
  where: Readonly<Record<string, unknown>>,
  context: OpenContext,
): Credential | undefined {
  try {
    const { index } = row;
    const values = openCredential(context.secretBox, row);
    return credentialOf({ index, values, enabled: row.enabled && row.disabled === undefined }, provider);
  } catch (error) {
    context.log.warn(
      { ...where, credential: row.index, reason: reasonOf(error) },
      'credential left out: it cannot be read',
    );
    return undefined;
  }
}

function openBrought(
  row: StoredProviderKey,
  provider: AnyProvider,
  where: Where,
  { secretBox, log }: OpenContext,
): Credential | undefined {
  try {
    const values = openProviderKeyCredential(secretBox, row);
    return credentialOf({ index: 0, values, enabled: row.disabled === undefined }, provider);
  } catch (error) {
    log.warn({ ...where, reason: reasonOf(error) }, 'provider key out of use: its credential cannot be read');
    return undefined;
  }
}

/** The fields that its provider reads. Throws where they are not as it wants them. */
function credentialOf({ index, values, enabled }: Credential, provider: AnyProvider): Credential {
  const parsed = Object.entries(provider.credential.parse(values)).filter(([, value]) => value !== undefined);
  return Object.freeze({ index, values: Object.freeze(texts.parse(Object.fromEntries(parsed))), enabled });
}

/** A parser's message may quote what it parsed; only its paths are fit for a log. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return `invalid at ${error.issues.map((issue) => issue.path.join('.') || '(root)').join(', ')}`;
  return error instanceof Error && error.name === 'SecretBoxError' ? error.message : 'malformed';
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
