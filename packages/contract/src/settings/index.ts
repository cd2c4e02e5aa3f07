import { accounts } from './accounts.ts';
import { affinity } from './affinity.ts';
import { channels } from './channels.ts';
import { health } from './health.ts';
import { invoices } from './invoices.ts';
import { limits } from './limits.ts';
import { log } from './log.ts';
import { mail } from './mail.ts';
import { media } from './media.ts';
import { overload } from './overload.ts';
import { providerKeys } from './provider-keys.ts';
import { relay } from './relay.ts';
import { rewards } from './rewards.ts';
import { safety } from './safety.ts';
import { site } from './site.ts';
import { createSettingsTree } from './tree.ts';
import type { PublicOf, SettingsTree, ValuesOf } from './tree.ts';

export type { SettingLeaf, SettingsIndex, SettingsTree } from './tree.ts';

/**
 * Everything an administrator can change while the gateway runs, by area; each leaf says its default, its unit, who may
 * see it, whether it is a secret and whether it needs a restart. Stored as rows (path, json), read as one frozen
 * snapshot; the console's form and the docs are drawn from it. Times are milliseconds, sizes bytes.
 *
 * A list of things that have fields of their own (OAuth providers, payment methods) is no leaf: it is an entity.
 */
export const settingsAreas = {
  site,
  accounts,
  mail,
  rewards,
  invoices,
  relay,
  overload,
  safety,
  media,
  channels,
  providerKeys,
  affinity,
  health,
  limits,
  log,
};

export const settingsTree: SettingsTree<typeof settingsAreas> = createSettingsTree(settingsAreas);

/** The whole tree with every default filled in. */
export type Settings = ValuesOf<typeof settingsAreas>;
/** What strangers may see of it. */
export type PublicSettings = PublicOf<typeof settingsAreas>;

/** Every default. */
export const defaultSettings: Settings = settingsTree.defaults;
