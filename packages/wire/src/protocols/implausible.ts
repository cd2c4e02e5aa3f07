/** More of anything than one request can use; who reports more has made a mistake, or makes one. */
export const mostCount = 1_000_000_000;

const counts = /token|count|request|character|second/i;
const maxDepth = 4;

/** Whether a report of usage has a count that is negative, no number, or more than there can be. */
export function isImplausible(raw: unknown, depth = 0): boolean {
  if (typeof raw !== 'object' || raw === null || depth > maxDepth) return false;
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value === 'object') {
      if (isImplausible(value, depth + 1)) return true;
    } else if (counts.test(key) && isNoCount(value)) return true;
  }
  return false;
}

/** Words are another matter: vendors have fields beside the counts. */
const isNoCount = (value: unknown): boolean => typeof value === 'number' && !(value >= 0 && value <= mostCount);
