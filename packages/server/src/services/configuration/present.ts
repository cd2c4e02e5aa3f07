import { overridesSchema } from '@tollgate/contract/api/overrides';
import type { ChannelView, GroupView, ModelView, PriceVersionView } from '@tollgate/contract/api/configuration';
import { channelFields } from '@tollgate/contract/entities/channel';
import { pickFields } from '@tollgate/contract/entities/field';
import { groupFields } from '@tollgate/contract/entities/group';
import { modelFields } from '@tollgate/contract/entities/model';
import type { StoredChannel, StoredGroup, StoredModel, StoredPrice } from '../../domain/configuration.ts';
import { baseUrlOf } from '../../domain/base-url.ts';
import { formatMultiplier, isFree, writePriceSheet } from '../../domain/price-sheet.ts';
import type { AnyProvider } from '../../providers/define.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import type { ConfigurationContext } from './context.ts';
import { openWiring } from './validated-channel.ts';
import type { Wiring } from './validated-channel.ts';
import { maskOverrides, maskProxy, toJson } from './masking.ts';

/** A channel as people see it: no secret in it. */
export function presentChannel(
  { secretBox, providers }: Pick<ConfigurationContext, 'secretBox' | 'providers'>,
  channel: StoredChannel,
): ChannelView {
  const wiring = wiringOrNone(channel, secretBox);
  const overrides = maskOverrides(wiring.overrides);
  return {
    id: channel.id,
    name: channel.name,
    provider: channel.provider,
    baseUrl: channel.baseUrl ?? ownBaseUrl(channel, providers.get(channel.provider)) ?? '',
    credentials: channel.credentials.map(({ id, index, enabled, disabled, hints, createdAt }) => ({
      id,
      index,
      enabled,
      disabled: disabled ?? null,
      hints: { ...hints },
      createdAt,
    })),
    models: channel.models.map(({ operations, ...model }) => ({
      ...model,
      ...(operations === undefined ? {} : { operations: [...operations] }),
    })),
    ...pickFields(channelFields, channel),
    overrides: {
      headers: {
        set: { ...overrides.headers.set },
        remove: [...overrides.headers.remove],
        pass: [...overrides.headers.pass],
      },
      body: {
        set: toJson(overrides.body.set) as ChannelView['overrides']['body']['set'],
        remove: [...overrides.body.remove],
        operations: toJson(overrides.body.operations) as ChannelView['overrides']['body']['operations'],
      },
    },
    proxy: wiring.proxy === undefined ? null : maskProxy(wiring.proxy),
    disabled: channel.disabled ?? null,
    owner: channel.owner ?? null,
    createdAt: channel.createdAt,
    updatedAt: channel.updatedAt,
  };
}

/** The provider's own, when the settings stored here are still ones it takes. */
function ownBaseUrl(channel: StoredChannel, provider: AnyProvider | undefined): string | undefined {
  const settings = provider?.settings.safeParse(channel.settings);
  return provider && baseUrlOf(provider, settings?.data ?? {});
}

/** A channel whose seal is broken must still be seen, and removed, by whoever repairs it. */
function wiringOrNone(channel: StoredChannel, secretBox: SecretBox): Wiring {
  try {
    return openWiring(secretBox, channel);
  } catch {
    return { overrides: overridesSchema.parse({}), proxy: undefined };
  }
}

export function presentPrice(price: StoredPrice): PriceVersionView {
  const free = isFree(price);
  return {
    version: price.version,
    price: free ? null : writePriceSheet(price),
    free,
    source: price.source,
    asOf: price.asOf,
    createdAt: price.createdAt,
  };
}

export function presentModel(model: StoredModel): ModelView {
  return {
    name: model.name,
    current: model.price === undefined ? null : presentPrice(model.price),
    operations: model.operations ? [...model.operations] : null,
    ...pickFields(modelFields, model),
    owner: model.owner ?? null,
    createdAt: model.createdAt,
    updatedAt: model.updatedAt,
  };
}

export function presentGroup(group: StoredGroup): GroupView {
  return {
    name: group.name,
    multiplier: formatMultiplier(group.multiplier),
    userGroups: Object.fromEntries(
      [...group.userGroups].map(([name, multiplier]) => [name, formatMultiplier(multiplier)]),
    ),
    ...pickFields(groupFields, group),
    owner: group.owner ?? null,
    createdAt: group.createdAt,
    updatedAt: group.updatedAt,
  };
}
