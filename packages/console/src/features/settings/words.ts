import type en from '../../locales/en/settings.json';
import leaves from '../../locales/en/setting-leaves.json';
import { namespace } from '../../lib/i18n.ts';

export const useSettingWords = namespace<typeof en>('settings');

/** How settings and their areas are called, and what they do. */
export const useLeafWords = namespace<typeof leaves>('setting-leaves');
type LeafWords = ReturnType<typeof useLeafWords>;
type LeafKey = Parameters<LeafWords>[0];

const keyOf = (path: string): string => path.replaceAll('.', '_');
const has = (table: object, key: string): boolean => Object.hasOwn(table, key);

/** What a setting is called; one of a newer gateway by the end of its path. */
export function leafName(path: string, t: LeafWords): string {
  const key = keyOf(path);
  return has(leaves.name, key) ? t(`name.${key}` as LeafKey) : (path.split('.').at(-1) ?? path);
}

/** What a setting does; one of a newer gateway as the gateway says it. */
export function leafHelp(path: string, description: string, t: LeafWords): string {
  const key = keyOf(path);
  return has(leaves.help, key) ? t(`help.${key}` as LeafKey) : description;
}

/** What an area is called. */
export const areaName = (area: string, t: LeafWords): string =>
  has(leaves.areas, area) ? t(`areas.${area}` as LeafKey) : area;
