import { isObject } from '../json/fields.ts';

type Raw = Readonly<Record<string, unknown>>;

/** More names than any vendor's report has; an upstream that makes up ever new ones is not listened to. */
const MAX_NAMES = 200;
/** Details stand in a report, and nothing deeper. */
const MAX_DEPTH = 3;

/**
 * What the reports of a stream have said so far: each is cumulative, and some leave out what an earlier one had, or tell less of
 * it (which would be served and not charged). Of a count that several tell, the largest holds; of anything else the later one.
 */
export function mergeReports(known: Raw, later: Raw, depth = 0): Raw {
  if (tellsAll(known, later, depth)) return later;
  const merged = new Map(Object.entries(known));
  for (const [key, value] of Object.entries(later)) {
    if (value === null || value === undefined || (!merged.has(key) && merged.size >= MAX_NAMES)) continue;
    merged.set(key, larger(merged.get(key), value, depth));
  }
  return Object.fromEntries(merged);
}

function larger(known: unknown, later: unknown, depth: number): unknown {
  if (typeof known === 'number' && typeof later === 'number') return known > later ? known : later;
  return isObject(known) && isObject(later) && depth < MAX_DEPTH ? mergeReports(known, later, depth + 1) : later;
}

/** Whether a report leaves out nothing of an earlier one and tells no less, as the vendors' do that report with every piece. */
function tellsAll(known: Raw, later: Raw, depth: number): boolean {
  const names = Object.keys(later);
  if (names.length > MAX_NAMES) return false;
  for (const name of names) if (later[name] === null || later[name] === undefined) return false;
  for (const name of Object.keys(known))
    if (!Object.hasOwn(later, name) || !tellsNoLess(known[name], later[name], depth)) return false;
  return true;
}

function tellsNoLess(known: unknown, later: unknown, depth: number): boolean {
  if (typeof known === 'number' && typeof later === 'number') return later >= known;
  return !(isObject(known) && isObject(later)) || depth >= MAX_DEPTH || tellsAll(known, later, depth + 1);
}
