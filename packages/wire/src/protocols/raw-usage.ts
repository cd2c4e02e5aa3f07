type Raw = Readonly<Record<string, unknown>>;

/** More names than any vendor's report has; an upstream that makes up ever new ones is not listened to. */
const MAX_NAMES = 200;

/**
 * What the reports of a stream have said so far: each is cumulative, and some leave out what an earlier one had. A later
 * value replaces an earlier one, unless `keeps` says that the earlier one holds.
 */
export function mergeReports(known: Raw, later: Raw, keeps?: (key: string, value: unknown) => boolean): Raw {
  if (!keeps && tellsAll(known, later)) return later;
  const merged = new Map(Object.entries(known));
  for (const [key, value] of Object.entries(later)) {
    if (value === null || value === undefined) continue;
    if (
      merged.has(key) ? keeps?.(key, value) === true && typeof merged.get(key) === 'number' : merged.size >= MAX_NAMES
    )
      continue;
    merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** Whether a report leaves out nothing of an earlier one, as the vendors' do that report with every piece. */
function tellsAll(known: Raw, later: Raw): boolean {
  const names = Object.keys(later);
  if (names.length > MAX_NAMES) return false;
  for (const name of names) if (later[name] === null || later[name] === undefined) return false;
  for (const name of Object.keys(known)) if (!Object.hasOwn(later, name)) return false;
  return true;
}
