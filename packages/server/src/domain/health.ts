import type { Settings } from '@tollgate/contract/settings';
import type { HealthEffect } from './causes.ts';
import type { Pause } from './pauses.ts';

/**
 * The health of one target (channel, credential, model): a rolling failure rate, a breaker with half-open probes, and
 * a cooldown the upstream asked for. Times are absolute, on one clock of the caller's.
 *
 * The window is two halves: the current one and the one before, so that it rolls with two counters each.
 */
export type Health = {
  halfStartedAt: number;
  successes: number;
  failures: number;
  previousSuccesses: number;
  previousFailures: number;
  /** Breaker: closed when 0, else when it may be probed. */
  openUntil: number;
  /** A probe is under way since; 0 when none is. */
  probingSince: number;
  /** It is left alone until then; 0 when nobody asked for it. */
  coolUntil: number;
  /** The upstream itself said until when, and is not to be asked before, whatever else there is. */
  coolStated: boolean;
};

type HealthSettings = Settings['health'];

/** For a rate limit that names no time. */
const guessed: Pause = { ms: 2000, stated: false };

/** A probe whose end was never reported is forgotten after this long, so that a lost one cannot close a target for ever. */
const probeForgottenMs = 60_000;

export const freshHealth = (nowMs: number): Health => ({
  halfStartedAt: nowMs,
  successes: 0,
  failures: 0,
  previousSuccesses: 0,
  previousFailures: 0,
  openUntil: 0,
  probingSince: 0,
  coolUntil: 0,
  coolStated: false,
});

/**
 * Whether a target may be used now; when not, until when, and whether that is `stated` by the upstream or the gateway's
 * guess, which the last resort does not wait for. `probe` lets exactly one request through.
 */
export type Readiness = 'ready' | 'probe' | { readonly closedUntil: number; readonly stated: boolean };

/** Pure look at a target's state. */
export function readiness(health: Health, nowMs: number): Readiness {
  if (health.coolUntil > nowMs) return { closedUntil: health.coolUntil, stated: health.coolStated };
  if (health.openUntil === 0) return 'ready';
  if (health.openUntil > nowMs) return { closedUntil: health.openUntil, stated: false };
  if (health.probingSince !== 0 && nowMs - health.probingSince < probeForgottenMs)
    return { closedUntil: nowMs + 1000, stated: false };
  return 'probe';
}

/**
 * Takes in what an attempt's outcome says about its target; `pause` is for how long it is to be left alone, if that is known.
 * Changes `health` in place: it runs once for every request.
 */
export function observe(
  health: Health,
  effect: HealthEffect,
  nowMs: number,
  settings: HealthSettings,
  pause: Pause = guessed,
): void {
  roll(health, nowMs, settings.windowMs);
  switch (effect) {
    case 'none':
      health.probingSince = 0;
      return;
    case 'success':
      health.successes++;
      health.openUntil = 0;
      health.probingSince = 0;
      // Within a stated pause only what began before it can still end well.
      if (!health.coolStated || health.coolUntil <= nowMs) health.coolUntil = 0;
      return;
    case 'cooldown':
      health.probingSince = 0;
      cool(health, nowMs + Math.min(pause.ms, settings.maxCooldownMs), pause.stated, nowMs);
      return;
    case 'failure': {
      health.failures++;
      const probed = health.probingSince !== 0;
      health.probingSince = 0;
      const failures = health.failures + health.previousFailures;
      const all = failures + health.successes + health.previousSuccesses;
      if (probed || (failures >= settings.failureThreshold && failures * 100 >= all * settings.failureRatePercent))
        health.openUntil = nowMs + settings.openMs;
      if (pause.stated) cool(health, nowMs + Math.min(pause.ms, settings.maxCooldownMs), true, nowMs);
      return;
    }
    default:
      return effect satisfies never;
  }
}

/** Requests that were refused together may state different ends: the last one holds, and no guess shortens a stated one. */
function cool(health: Health, until: number, stated: boolean, nowMs: number): void {
  const standing = health.coolUntil > nowMs && health.coolStated;
  if (standing && (!stated || until < health.coolUntil)) return;
  health.coolUntil = until;
  health.coolStated = stated;
}

function roll(health: Health, nowMs: number, windowMs: number): void {
  const half = windowMs / 2;
  const age = nowMs - health.halfStartedAt;
  if (age < half) return;
  const fresh = age < windowMs;
  health.previousSuccesses = fresh ? health.successes : 0;
  health.previousFailures = fresh ? health.failures : 0;
  health.successes = 0;
  health.failures = 0;
  health.halfStartedAt = nowMs;
}
