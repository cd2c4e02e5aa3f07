import { durationMs } from '@tollgate/wire/duration';
import { isObject, parseObject } from '@tollgate/wire/json/fields';
import type { UpstreamFailure } from '@tollgate/wire/protocol';
import type { AnyProvider, Pauses, TimeForm } from '../providers/define.ts';

/** Of a header of an answer, by its name in lower case. */
export type HeaderOf = (name: string) => string | undefined;

/** For how long a target is to be left alone. */
export type Pause = {
  readonly ms: number;
  /** By the upstream's own word; else it is the gateway's guess. */
  readonly stated: boolean;
};

type Vendor = Pick<AnyProvider, 'pauses'>;

/** More than any upstream means; also keeps what is told to clients a plain number. */
const longestPauseMs = 7 * 86_400_000;

const bounded = (ms: number): number => Math.min(Math.max(0, ms), longestPauseMs);

/** `Retry-After` as milliseconds from now: seconds or an HTTP date (RFC 9110 10.2.3); undefined when absent or nonsense. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined || value === '') return undefined;
  const seconds = Number(value);
  if (!Number.isNaN(seconds)) return seconds >= 0 ? bounded(seconds * 1000) : undefined;
  return untilDate(value, nowMs);
}

function untilDate(text: string, nowMs: number): number | undefined {
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : bounded(date - nowMs);
}

/** The failure with the pause that its body states. */
export function withPause<F extends UpstreamFailure>(failure: F, vendor: Vendor, bodyText: string, nowMs: number): F {
  const ms =
    failure.retryAfterMs ?? pauseInFields(bodyText, vendor.pauses, nowMs) ?? pauseInWords(failure, vendor, nowMs);
  return ms === undefined ? failure : { ...failure, retryAfterMs: bounded(ms) };
}

/** How long a refusal holds, as its headers or else its body say; undefined where neither does. */
export function statedPause(
  failure: UpstreamFailure | undefined,
  header: HeaderOf,
  vendor: Vendor,
  nowMs: number,
): number | undefined {
  const exact = Number(header('retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return bounded(exact);
  const plain = retryAfterMs(header('retry-after'), nowMs);
  if (plain !== undefined) return plain;
  const told = failure && (failure.retryAfterMs ?? pauseInWords(failure, vendor, nowMs));
  return told ?? pauseInResets(header, vendor.pauses, nowMs);
}

/** What stands behind a vendor's words for it: a duration, or a date (`2026-04-01 at 00:00 UTC`). */
export function pauseInWords({ message }: UpstreamFailure, { pauses }: Vendor, nowMs: number): number | undefined {
  const said = message.toLowerCase();
  for (const words of pauses?.words ?? []) {
    const found = said.indexOf(words);
    if (found < 0) continue;
    const rest = said.slice(found + words.length, found + words.length + 100);
    const ms = durationMs(rest) ?? untilWords(rest, nowMs);
    if (ms !== undefined) return bounded(ms);
  }
  return undefined;
}

const day = /^\s*(\d{4}-\d{2}-\d{2})(?: at (\d{2}:\d{2}) utc)?/;

function untilWords(text: string, nowMs: number): number | undefined {
  const found = day.exec(text);
  return found ? untilDate(`${found[1]}T${found[2] ?? '00:00'}:00Z`, nowMs) : undefined;
}

/** By which a server says that it is too busy for anybody, and not what it makes of a request (RFC 9110 15.6.4; Anthropic's 529). */
const busy: ReadonlySet<number> = new Set([503, 529]);

/** Who is too busy is asked again after a minute, whatever it says: a balancer in front of it may say the same at any time. */
const longestBusyMs = 60_000;

/**
 * What a stated time means for who else would ask the target. That of a limit holds for everybody; that of a failure is told to
 * its client alone, unless the server is too busy for anybody.
 */
export function restFor(ms: number, failed: boolean, status: number | undefined): Pause {
  if (!failed) return { ms, stated: true };
  return status !== undefined && busy.has(status)
    ? { ms: Math.min(ms, longestBusyMs), stated: true }
    : { ms, stated: false };
}

function pauseInFields(bodyText: string, pauses: Pauses | undefined, nowMs: number): number | undefined {
  if (!pauses?.fields) return undefined;
  const body = parseObject(bodyText);
  for (const { path, as } of pauses.fields) {
    let value: unknown = body;
    for (const key of path) value = isObject(value) ? value[key] : undefined;
    const ms = typeof value === 'string' || typeof value === 'number' ? fromForm(`${value}`, as, nowMs) : undefined;
    if (ms !== undefined) return ms;
  }
  return undefined;
}

/** The longest of those of which nothing is left. One of which something is left was not what was refused. */
function pauseInResets(header: HeaderOf, pauses: Pauses | undefined, nowMs: number): number | undefined {
  let longest: number | undefined;
  for (const { header: name, as, left } of pauses?.resets ?? []) {
    const value = header(name);
    if (value === undefined || Number(header(left) ?? Number.NaN) !== 0) continue;
    const ms = fromForm(value, as, nowMs);
    if (ms !== undefined && !(longest !== undefined && longest >= ms)) longest = ms;
  }
  return longest;
}

function fromForm(value: string, as: TimeForm, nowMs: number): number | undefined {
  if (as === 'duration') return durationMs(value);
  if (as === 'date') return untilDate(value, nowMs);
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) return undefined;
  if (as === 'seconds') return bounded(number * 1000);
  return bounded((as === 'epoch-ms' ? number : number * 1000) - nowMs);
}
