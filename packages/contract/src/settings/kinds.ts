import { z } from 'zod';
import { leaf } from './leaf.ts';
import type { Audience, Leaf, Unit } from './leaf.ts';

type Said<A extends Audience> = { readonly audience: A; readonly secret: false; readonly restart: boolean };

/** What is true of nearly every setting: administrators read it, it is no secret, and a change is in force at once. */
export const forAdmins = { audience: 'admin', secret: false, restart: false } as const;
/** The same, but strangers may see it too: for what the page of the console needs before anybody has signed in. */
export const forAll = { audience: 'public', secret: false, restart: false } as const;
/** The same, for root alone: what opens a door that administrators must not open. */
export const forRoot = { audience: 'root', secret: false, restart: false } as const;

/** A whole number from `low` to `high`. */
export const whole = <A extends Audience>(
  [low, high, fallback]: readonly [low: number, high: number, fallback: number],
  unit: Exclude<Unit, 'none'>,
  said: Said<A>,
  description: string,
): Leaf<z.ZodInt, A> => leaf(z.int().min(low).max(high), fallback, { ...said, unit, description });

/** Yes or no. */
export const flag = <A extends Audience>(
  fallback: boolean,
  said: Said<A>,
  description: string,
): Leaf<z.ZodBoolean, A> => leaf(z.boolean(), fallback, { ...said, unit: 'none', description });
