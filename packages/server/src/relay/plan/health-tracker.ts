import type { Settings } from '@tollgate/contract/settings';
import type { HealthEffect } from '../../domain/causes.ts';
import { freshHealth, observe, readiness, type Health, type Readiness } from '../../domain/health.ts';
import type { Pause } from '../../domain/pauses.ts';
import type { Target } from '../../domain/rank-channels.ts';

/** The health of every target this process has used, by channel, credential and upstream model. */
export type HealthTracker = {
  readiness(target: Target, model: string): Readiness;
  /** Marks that a half-open target is being probed, so that only one request does. */
  probing(target: Target, model: string): void;
  observe(target: Target, model: string, effect: HealthEffect, settings: Settings['health'], pause?: Pause): void;
  /** For the console and metrics. */
  entries(): Iterable<readonly [string, Readonly<Health>]>;
};

/** Targets remembered at once; the oldest is forgotten beyond it. */
const maxTargets = 20_000;

export function openHealthTracker(now: () => number): HealthTracker {
  const tracked = new Map<string, Health>();
  const keyOf = (target: Target, model: string): string => `${target.channel.id}#${target.credential.index}#${model}`;
  const find = (key: string): Health => {
    let health = tracked.get(key);
    if (health) return health;
    if (tracked.size >= maxTargets)
      for (const oldest of tracked.keys()) {
        tracked.delete(oldest);
        break;
      }
    health = freshHealth(now());
    tracked.set(key, health);
    return health;
  };
  return {
    readiness(target, model) {
      const health = tracked.get(keyOf(target, model));
      return health ? readiness(health, now()) : 'ready';
    },
    probing(target, model) {
      const health = tracked.get(keyOf(target, model));
      if (health && health.openUntil !== 0) health.probingSince = now();
    },
    observe(target, model, effect, settings, pause) {
      observe(find(keyOf(target, model)), effect, now(), settings, pause);
    },
    entries: () => tracked.entries(),
  };
}
