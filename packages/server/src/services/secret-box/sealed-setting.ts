import type { SettingsIndex } from '@tollgate/contract/settings';
import type { StoredSetting } from '../../domain/configuration.ts';

/** The sealed text of a stored setting that is a secret; undefined for one that is none. */
export function sealedTextOf(settings: SettingsIndex, row: StoredSetting): string | undefined {
  return settings.find(row.path)?.secret === true ? textOf(row) : undefined;
}

/** The value of a setting that is a text; nothing else is ever written for a secret. */
export const textOf = ({ value }: Pick<StoredSetting, 'value'>): string => (typeof value === 'string' ? value : '');
