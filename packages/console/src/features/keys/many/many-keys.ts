import type { KeyPatch, KeyView } from '@tollgate/contract/api/keys';
import { sentOf, type Expiry } from '../key-entry.ts';

/** What is changed of many keys at once: what is absent stays. */
export type ManyEdit = {
  readonly limitUsd?: string | null;
  readonly requestsPerMinute?: number | null;
  readonly models?: readonly string[] | null;
  readonly expiresIn: Expiry;
};

export const noEdit: ManyEdit = { expiresIn: 'keep' };

/** What of a key an edit may change, as it is shown before and after. */
type Facts = {
  limitUsd: string | null;
  requestsPerMinute: number | null;
  models: string[] | null;
  expiresAt: number | null;
};

const factsOf = ({ limitUsd, requestsPerMinute, models, expiresAt }: KeyView): Facts => ({
  limitUsd,
  requestsPerMinute,
  models: models && [...models],
  expiresAt,
});

/** A change of one key, and the change that takes it back. */
export type Step = { readonly key: KeyView; readonly patch: KeyPatch; readonly undo: KeyPatch };

/** The keys that an edit makes different, with how. `now` is in ms. */
export function stepsOf(keys: readonly KeyView[], edit: ManyEdit, now: number): readonly Step[] {
  const { models, ...rest } = sentOf(edit, now);
  const wanted: Partial<Facts> = { ...rest, ...(models !== undefined && { models: models && [...models] }) };
  return keys.flatMap((key): readonly Step[] => {
    const before = factsOf(key);
    const names = (Object.keys(wanted) as (keyof Facts)[]).filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(wanted[name]),
    );
    if (names.length === 0) return [];
    const pick = (from: Partial<Facts>): KeyPatch => Object.fromEntries(names.map((name) => [name, from[name]]));
    return [{ key, patch: pick(wanted), undo: pick(before) }];
  });
}

/** A cell of a CSV file (RFC 4180); what a spreadsheet would take for a formula is kept a text. */
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** New keys as a file, with the address at which they work. */
export const csvOf = (keys: readonly { readonly name: string; readonly key: string }[], baseUrl: string): string =>
  ['name,key,base_url', ...keys.map(({ name, key }) => [name, key, baseUrl].map(cell).join(','))].join('\r\n') + '\r\n';
