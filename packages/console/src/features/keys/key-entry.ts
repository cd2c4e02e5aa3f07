import { keyInputSchema, type KeyView } from '@tollgate/contract/api/keys';
import { z } from '../../lib/zod.ts';

/** What people enter of a key, and what is sent of it. */

const day = 86_400_000;

export const expiries = ['keep', 'never', '30', '90', '365'] as const;
export type Expiry = (typeof expiries)[number];

/** The contract's own fields, and an expiry as a distance instead of a moment. */
export const keyEntrySchema = z.object({
  ...keyInputSchema.pick({
    name: true,
    limitUsd: true,
    requestsPerMinute: true,
    tokensPerMinute: true,
    concurrent: true,
    models: true,
    allowedIps: true,
    group: true,
    strictConversion: true,
    passFields: true,
    fallbacks: true,
    openEndpoints: true,
  }).shape,
  expiresIn: z.enum(expiries),
});
export type KeyEntry = z.input<typeof keyEntrySchema>;

export const emptyEntry: KeyEntry = {
  name: '',
  limitUsd: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrent: null,
  models: null,
  allowedIps: null,
  group: null,
  strictConversion: false,
  passFields: null,
  fallbacks: null,
  openEndpoints: null,
  expiresIn: 'never',
};

/** What a key is for, as limits: a start, not a rule. */
export const presets = {
  blank: {},
  development: { limitUsd: '10', requestsPerMinute: 60, expiresIn: '90' },
  production: { requestsPerMinute: 1200, concurrent: 100 },
  ci: { limitUsd: '5', requestsPerMinute: 30, concurrent: 2, expiresIn: '30' },
} as const satisfies Readonly<Record<string, Partial<KeyEntry>>>;
export type Preset = keyof typeof presets;

/** An entry with the limits of a preset; name, models, addresses and group stay as they were entered. */
export const withPreset = (entry: KeyEntry, preset: Preset): KeyEntry => ({
  ...entry,
  limitUsd: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrent: null,
  expiresIn: 'never',
  ...presets[preset],
});

/** A key as its form shows it. */
export const entryOf = (key: KeyView): KeyEntry => ({
  name: key.name,
  limitUsd: key.limitUsd,
  requestsPerMinute: key.requestsPerMinute,
  tokensPerMinute: key.tokensPerMinute,
  concurrent: key.concurrent,
  models: key.models,
  allowedIps: key.allowedIps,
  group: key.group,
  strictConversion: key.strictConversion,
  passFields: key.passFields,
  fallbacks: key.fallbacks,
  openEndpoints: key.openEndpoints,
  expiresIn: 'keep',
});

/** What is sent of an entry: the moment at which it expires, or nothing of it when that stays. */
export function sentOf<E extends { readonly expiresIn: Expiry }>(
  { expiresIn, ...rest }: E,
  now: number,
): Omit<E, 'expiresIn'> & { readonly expiresAt?: number | null } {
  if (expiresIn === 'keep') return rest;
  return { ...rest, expiresAt: expiresIn === 'never' ? null : now + Number(expiresIn) * day };
}
