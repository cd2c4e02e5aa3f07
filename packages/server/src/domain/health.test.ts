import { describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { freshHealth, observe, readiness } from './health.ts';

const settings = {
  ...defaultSettings.health,
  failureThreshold: 3,
  failureRatePercent: 50,
  windowMs: 10_000,
  openMs: 5000,
};

describe('health of a target', () => {
  test('opens after enough failures that are also a large enough share', () => {
    const health = freshHealth(0);
    for (let i = 0; i < 10; i++) observe(health, 'success', 1, settings);
    for (let i = 0; i < 3; i++) observe(health, 'failure', 2, settings);
    expect(readiness(health, 3)).toBe('ready');
    for (let i = 0; i < 7; i++) observe(health, 'failure', 4, settings);
    expect(readiness(health, 5)).toEqual({ closedUntil: 5004, stated: false });
  });

  test('lets one probe through when half open, and believes it', () => {
    const health = freshHealth(0);
    for (let i = 0; i < 3; i++) observe(health, 'failure', 0, settings);
    expect(readiness(health, 4999)).toEqual({ closedUntil: 5000, stated: false });
    expect(readiness(health, 5001)).toBe('probe');
    health.probingSince = 5001;
    expect(readiness(health, 5002)).toEqual({ closedUntil: 6002, stated: false });
    observe(health, 'failure', 5003, settings);
    expect(readiness(health, 5004)).toEqual({ closedUntil: 10_003, stated: false });
    expect(readiness(health, 10_004)).toBe('probe');
    observe(health, 'success', 10_005, settings);
    expect(readiness(health, 10_006)).toBe('ready');
  });

  test('forgets a probe that never reported back', () => {
    const health = freshHealth(0);
    for (let i = 0; i < 3; i++) observe(health, 'failure', 0, settings);
    health.probingSince = 5001;
    expect(readiness(health, 5001 + 60_000)).toBe('probe');
  });

  test('rolls its window: old failures stop counting', () => {
    const health = freshHealth(0);
    observe(health, 'failure', 0, settings);
    observe(health, 'failure', 0, settings);
    observe(health, 'failure', 20_000, settings);
    expect(readiness(health, 20_001)).toBe('ready');
  });

  test('a cooldown lasts as long as the upstream asked, up to the bound, and is no failure', () => {
    const health = freshHealth(0);
    observe(health, 'cooldown', 0, settings, { ms: 41_000, stated: true });
    expect(readiness(health, 40_999)).toEqual({ closedUntil: 41_000, stated: true });
    expect(readiness(health, 41_001)).toBe('ready');
    observe(health, 'cooldown', 0, settings, { ms: 1e12, stated: true });
    expect(readiness(health, 1)).toEqual({ closedUntil: settings.maxCooldownMs, stated: true });
    expect(health.failures).toBe(0);
  });

  test('a stated pause is not shortened by a guess, nor by what began before it and ends well', () => {
    const health = freshHealth(0);
    observe(health, 'cooldown', 0, settings, { ms: 41_000, stated: true });
    observe(health, 'cooldown', 1, settings);
    observe(health, 'cooldown', 2, settings, { ms: 9000, stated: true });
    observe(health, 'success', 3, settings);
    expect(readiness(health, 40_999)).toEqual({ closedUntil: 41_000, stated: true });
    expect(readiness(health, 41_000)).toBe('ready');
    observe(health, 'cooldown', 41_000, settings);
    expect(readiness(health, 41_001)).toEqual({ closedUntil: 43_000, stated: false });
    observe(health, 'success', 41_002, settings);
    expect(readiness(health, 41_003)).toBe('ready');
  });

  test('a client that hangs up says nothing, however often', () => {
    const health = freshHealth(0);
    for (let i = 0; i < 500; i++) observe(health, 'none', i, settings);
    expect(readiness(health, 501)).toBe('ready');
  });
});
