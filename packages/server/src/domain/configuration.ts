import type { Placement } from '@tollgate/contract/api/provider-keys';
import type { ChannelFields } from '@tollgate/contract/entities/channel';
import type { GroupFields } from '@tollgate/contract/entities/group';
import type { ModelFields } from '@tollgate/contract/entities/model';
import type { Json, Operation } from '@tollgate/wire/protocol';
import type { Multiplier, Price } from './price.ts';

/**
 * The configuration as it is kept, before the snapshot opens and resolves it. Moments are ms since the epoch.
 * `owner` is `file:<source>` for an entry that a config file owns, and undefined for one that people edit.
 */
export type Owner = string | undefined;

/** One account of a channel. Its values are sealed; `hints` is what may be shown of them. */
export type StoredCredential = {
  readonly id: string;
  readonly channelId: string;
  /** Stable within the channel; never given to another credential of it. */
  readonly index: number;
  readonly sealed: string;
  readonly hints: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  /** Set while it is disabled, where there is something to say. */
  readonly disabled: Disabled | undefined;
  readonly createdAt: number;
};

/** A model a channel serves. */
export type ModelMapping = {
  /** The name clients use. */
  readonly name: string;
  /** The name upstream, before mappings are followed. */
  readonly upstream: string;
  /** The model that it is, where its upstream name does not tell. */
  readonly baseModel?: string | undefined;
  /** What can be asked of it here; undefined is what can be asked of the model. */
  readonly operations?: readonly Operation[] | undefined;
};

export type Disabled = { readonly reason: string; readonly by: string; readonly at: number };

export type StoredChannel = ChannelFields & {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  /** Undefined takes the provider's. */
  readonly baseUrl: string | undefined;
  readonly models: readonly ModelMapping[];
  /** Overrides and proxy, sealed as one: both can carry secrets. */
  readonly sealedWiring: string;
  /** Set while it is disabled. */
  readonly disabled: Disabled | undefined;
  readonly owner: Owner;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** By rising index. */
  readonly credentials: readonly StoredCredential[];
};

/** Whose a provider key is. */
export type ProviderKeyOwner = { readonly kind: 'person' | 'team'; readonly id: string };

/** A key that somebody brought to a provider. Its credential is sealed; `hints` is what may be shown of it. */
export type StoredProviderKey = {
  readonly id: string;
  readonly owner: ProviderKeyOwner;
  /** Unique among those of its owner. */
  readonly name: string;
  readonly provider: string;
  readonly settings: ChannelFields['settings'];
  readonly models: readonly ModelMapping[];
  readonly placement: Placement;
  readonly sealed: string;
  readonly hints: Readonly<Record<string, string>>;
  /** Whether its owner has it in use. */
  readonly enabled: boolean;
  /** Set while an administrator has stopped it. */
  readonly stopped: Disabled | undefined;
  /** Set while the gateway itself has taken it out of use. */
  readonly disabled: Disabled | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type StoredPrice = Price & { readonly model: string; readonly createdAt: number };

export type StoredModel = ModelFields & {
  readonly name: string;
  /** The price in force; undefined is none. */
  readonly price: StoredPrice | undefined;
  /** What can be asked of it; undefined is what is known of it. */
  readonly operations: readonly Operation[] | undefined;
  readonly owner: Owner;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type StoredGroup = GroupFields & {
  readonly name: string;
  readonly multiplier: Multiplier;
  readonly userGroups: ReadonlyMap<string, Multiplier>;
  readonly owner: Owner;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type StoredSetting = {
  readonly path: string;
  readonly value: Json;
  readonly owner: Owner;
  readonly updatedAt: number;
  readonly updatedBy: string;
};

/** What was done, by whom, to what. `before` and `after` never hold a secret. */
export type AuditEntry = {
  readonly id: number;
  readonly at: number;
  /** `user:<id>`, `file:<source>`, `cli`, `seed`, `gateway`. */
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before: Json;
  readonly after: Json;
  /** Of whoever asked for it; null for what the gateway did by itself. */
  readonly address: string | null;
  /** As whoever asked gave it. */
  readonly reason: string | null;
  /** Number and hash in the chain; null of what is older than it. */
  readonly seq: number | null;
  readonly hash: string | null;
};

/** A line of the change feed: which kind of thing changed (`channel`, `key`, `wallet`, …), and its id. */
export type Change = { readonly seq: number; readonly topic: string; readonly ref: string; readonly at: number };

/** A data key as kept: encrypted under the master key. */
export type WrappedDataKey = {
  readonly id: string;
  readonly wrapped: string;
  readonly createdAt: number;
  /** Set once a newer key has taken its place; kept for a while for processes that still seal with it. */
  readonly retiredAt: number | undefined;
};
