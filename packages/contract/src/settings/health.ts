import { forAdmins, whole } from './kinds.ts';

/** When a target is left alone, and for how long. */
export const health = {
  failureThreshold: whole(
    [1, 1000, 5],
    'count',
    forAdmins,
    'Failures within the window that open the breaker of a target.',
  ),
  windowMs: whole([1000, 3_600_000, 60_000], 'ms', forAdmins, 'Rolling window of the breaker.'),
  failureRatePercent: whole(
    [1, 100, 50],
    'percent',
    forAdmins,
    'Share of failures within the window that must also be reached.',
  ),
  openMs: whole(
    [100, 3_600_000, 15_000],
    'ms',
    forAdmins,
    'How long an open breaker waits before it lets one probe through.',
  ),
  errorNoticePercent: whole(
    [1, 100, 20],
    'percent',
    forAdmins,
    'Share of failed requests, within an hour or two, from which on administrators who want it are told.',
  ),
  maxCooldownMs: whole(
    [1000, 86_400_000, 3_600_000],
    'ms',
    forAdmins,
    'Longest pause that an upstream may ask for, by header or in words.',
  ),
};
