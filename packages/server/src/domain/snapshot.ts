import type { ChannelCosts } from './channel-costs.ts';
import type { Placement } from '@tollgate/contract/api/provider-keys';
import type { ChannelFields } from '@tollgate/contract/entities/channel';
import type { GroupFields } from '@tollgate/contract/entities/group';
import type { ModelFields } from '@tollgate/contract/entities/model';
import type { OpenableEndpoint } from '@tollgate/contract/openable-endpoints';
import type { Reaches, Role } from '@tollgate/contract/permissions';
import type { Settings } from '@tollgate/contract/settings';
import type { Operation } from '@tollgate/wire/protocol';
import type { AnyProvider } from '../providers/define.ts';
import type { Payers } from './payers.ts';
import type { ChannelOverrides } from './overrides/compile.ts';
import type { Multiplier, Price } from './price.ts';
import type { ServedModel } from './served-model.ts';

/** One of a channel's provider accounts, opened from its seal. `index` is stable within the channel. */
export type Credential = {
  readonly index: number;
  /** As the provider's credential schema parsed it; holds secrets and must never be logged. */
  readonly values: Readonly<Record<string, string>>;
  readonly enabled: boolean;
};

/** A configured provider account (or several), ready to route to. */
export type Channel = Omit<ChannelFields, 'settings'> & {
  readonly id: string;
  readonly name: string;
  readonly provider: AnyProvider;
  readonly baseUrl: string;
  /** As the provider's settings schema parsed them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: readonly Credential[];
  /** What is served, by public name; mappings are followed to their ends already. */
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly overrides: ChannelOverrides;
  readonly proxy: string | undefined;
  /** Whose it is, where it is not the house's; such a channel is among the `providerKeys` and nowhere else. */
  readonly broughtBy?: BroughtBy | undefined;
  /** `costs` as they are reckoned with; absent where nobody said what its provider charges. */
  readonly costSheet?: ChannelCosts | undefined;
};

/** Who brought a channel to the gateway, and when it is asked. */
export type BroughtBy = {
  readonly owner: OwnerId;
  readonly placement: Placement;
  /** By its owner, so that it says nothing of what else may be asked. */
  readonly switchedOff: boolean;
};

/** Whose a provider key is: the id of a person or of a team. */
export type OwnerId = string;

/** A key that a person or a team brought to a provider: a channel that serves nobody else. */
export type ProviderKeyChannel = Channel & { readonly broughtBy: NonNullable<Channel['broughtBy']> };

/** The provider keys of one owner, by when they are asked. */
export type OwnKeys = {
  readonly channels: readonly ProviderKeyChannel[];
  readonly before: ReadonlyMap<string, readonly ProviderKeyChannel[]>;
  readonly after: ReadonlyMap<string, readonly ProviderKeyChannel[]>;
  /** Models for which nothing of the house is asked, be the keys for them in use or not. */
  readonly only: ReadonlySet<string>;
};

/**
 * All of them. They stand apart from the channels of the house, so that whatever looks among those can meet none of these:
 * only who asks for an owner's, or by an id, finds them.
 */
export type ProviderKeys = {
  readonly byId: ReadonlyMap<string, ProviderKeyChannel>;
  readonly byOwner: ReadonlyMap<OwnerId, OwnKeys>;
};

export type Model = ModelFields & {
  readonly name: string;
  /** Undefined: not priced. */
  readonly price: Price | undefined;
  /** What can be asked of it, where an administrator says so. */
  readonly operations: readonly Operation[] | undefined;
  /** ms since the epoch. */
  readonly createdAt: number;
};

/**
 * The price of a model that ran a part of an answer of another: its own, if it has one. The model that was asked
 * upstream is no other, whatever name and price its clients know it by.
 */
export function priceOfOther(models: Snapshot['models'], model: string, upstreamModel: string): Price | undefined {
  return model === upstreamModel ? undefined : models.get(model)?.price;
}

export type Group = GroupFields & {
  readonly name: string;
  readonly multiplier: Multiplier;
  /** Multipliers that replace (never multiply) this group's own for users of the named group. */
  readonly userGroupMultipliers: ReadonlyMap<string, Multiplier>;
};

/** The whole configuration, frozen; replaced as one when anything changes. */
export type Snapshot = {
  readonly version: number;
  readonly settings: Settings;
  readonly channels: ReadonlyMap<string, Channel>;
  /** Group, then public model name, to the enabled channels that serve it. */
  readonly routes: ReadonlyMap<string, ReadonlyMap<string, readonly Channel[]>>;
  readonly models: ReadonlyMap<string, Model>;
  readonly groups: ReadonlyMap<string, Group>;
  /** Channels that people and teams brought for themselves; none of them is among `channels` or `routes`. */
  readonly providerKeys: ProviderKeys;
};

/** A channel by its id, whoever's it is: for what knows already whose request it is about. */
export const channelById = ({ channels, providerKeys }: Snapshot, id: string): Channel | undefined =>
  channels.get(id) ?? providerKeys.byId.get(id);

/** Requests and tokens per minute, and requests at once; undefined is no limit. */
export type RateLimits = {
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  readonly concurrent: number | undefined;
};

/** An API key as the relay needs it, with the user who owns it. The key itself is not in here. */
export type KeyRecord = {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** ms since the epoch; undefined is never. */
  readonly expiresAt: number | undefined;
  /** Undefined allows every model of the group. */
  readonly models: ReadonlySet<string> | undefined;
  /** IPs and CIDRs; undefined allows all. */
  readonly allowedIps: readonly string[] | undefined;
  /** Overrides the user's group when set. */
  readonly group: string | undefined;
  /** Whether an administrator gave it that group; else it is open to it only while its owner is in it. */
  readonly groupGranted: boolean;
  /** Groups and channels (`channel:ID`) that its requests go on to, in this order; undefined is none. */
  readonly fallbacks?: readonly string[] | undefined;
  /** True when the key has a spending limit, so that its meter is held too. */
  readonly limited: boolean;
  /** Refuses what no translation keeps whole, as a request header can for one request. */
  readonly strictConversion: boolean;
  /** Fields that may cost more than is priced, and pass all the same. */
  readonly passFields: readonly string[];
  /** Of the endpoints that its group opens, those that it may use; undefined for all. */
  readonly openEndpoints?: readonly OpenableEndpoint[] | undefined;
  readonly limits: RateLimits;
  /** The team whose wallet pays; undefined for its owner's own. */
  readonly teamId?: string | undefined;
  /** What pays besides the wallet; undefined for nearly all keys. */
  readonly payers?: Payers | undefined;
  readonly user: {
    readonly id: string;
    readonly role: Role;
    /** What they may do where that is not what the table says of their role. */
    readonly reaches?: Reaches | undefined;
    readonly enabled: boolean;
    readonly group: string;
    readonly limits: RateLimits;
  };
};

export type KeyRefusal = { readonly refused: 'unknown' | 'unavailable' };

/** Finds keys by their text. Synchronous when cached (the usual case), negative answers included. */
export type KeyCache = {
  find(key: string): KeyRecord | KeyRefusal | Promise<KeyRecord | KeyRefusal>;
  /** The same by the hash of a text (SHA-256, hex), for what remembers a key without knowing it. */
  findHashed(hash: string): KeyRecord | KeyRefusal | Promise<KeyRecord | KeyRefusal>;
};
