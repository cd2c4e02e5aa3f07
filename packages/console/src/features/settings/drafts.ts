import type { SettingView } from '@tollgate/contract/api/configuration';
import type { Json } from '../../lib/changes.ts';

/** Settings whose value is not the default. */
export const isChanged = ({ value, default: fallback, secret }: SettingView): boolean =>
  secret ? value !== '' && value !== null : !same(value, fallback);

export const same = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** A change that is not saved: what to write, where null is "back to the default". */
export type Draft = { readonly setting: SettingView; readonly write: Json };

/** How it would be after the change. */
export const after = ({ setting, write }: Draft): Json => (write === null ? setting.default : write);

/** What is written to have it again as it was before. */
export const undoOf = ({ setting }: Draft): Json => (isChanged(setting) ? setting.value : null);
