import type { z } from 'zod';
import { may, type Rights } from '../permissions.ts';

/** In what a number is counted, and how that is written beside it; `none` for what is no quantity. */
export const units = {
  none: '',
  count: 'count',
  ms: 'ms',
  days: 'days',
  bytes: 'bytes',
  percent: '%',
  tokens: 'tokens',
  usd: 'USD',
  requestsPerMinute: 'requests/min',
  tokensPerMinute: 'tokens/min',
} as const;
export type Unit = keyof typeof units;

/**
 * Who may read a setting: anybody, administrators, or root alone. Whoever may not read one may not write it either, and
 * sees neither its name nor its history.
 */
export type Audience = 'public' | 'admin' | 'root';

const ranks: Record<Audience, number> = { public: 0, admin: 1, root: 2 };

/** Whether what is meant for `audience` may be shown to `reader` (a stranger is `public`). */
export const isShownTo = (audience: Audience, reader: Audience): boolean => ranks[audience] <= ranks[reader];

/** What a person may read: what is meant for this audience, or for more people. */
export const audienceOf = (rights: Rights): Audience =>
  rights.role === 'root' ? 'root' : may('settings:read', rights) ? 'admin' : 'public';

/** What everybody who handles a setting must know of it. */
type LeafMeta<A extends Audience> = {
  readonly description: string;
  readonly unit: Unit;
  readonly audience: A;
  /** Takes effect only when the process starts again. */
  readonly restart: boolean;
};

/**
 * One setting: a value with its schema and default, and what must be known of it. A secret is a text, is kept sealed,
 * and is shown to nobody, root included; so it cannot be public.
 */
export type Leaf<S extends z.ZodType = z.ZodType, A extends Audience = Audience> = LeafMeta<A> & {
  readonly kind: 'setting';
  readonly secret: boolean;
  /** Of the value alone, so that one setting can be checked and a form drawn. */
  readonly schema: S;
  readonly default: z.output<S>;
};

/** Makes a setting. The compiler asks for each part of what is known of it: nobody can forget to say. */
export function leaf<S extends z.ZodType, A extends Audience>(
  schema: S,
  fallback: z.output<S>,
  meta: LeafMeta<A> & { readonly secret: false },
): Leaf<S, A> {
  return { kind: 'setting', schema, default: fallback, ...meta };
}

/** Makes a secret setting, which has no value until it is given one. */
export function secretLeaf<A extends Exclude<Audience, 'public'>>(
  schema: z.ZodType<string>,
  meta: LeafMeta<A>,
): Leaf<z.ZodType<string>, A> {
  return { kind: 'setting', schema, default: '', secret: true, ...meta };
}
