/** More of anything than one request can use; who reports more has made a mistake, or makes one. */
export const mostCount = 1_000_000_000;

const counts = /token|count|request|character|second|duration|unit|image|search/i;
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

/** Where answers of all kinds report what they used, at their top or one step below. */
const reports = ['usage', 'usageMetadata', 'meta', 'inputTextTokenCount', 'inputTokenCount', 'duration', 'svg_usage'];
const around = ['output', 'data', 'response'];

/** Whether an answer of any kind reports something that cannot be; what else it says is not looked at. */
export function isImplausibleAnswer(answer: unknown): boolean {
  if (!isRecord(answer)) return false;
  const within = around.map((key) => answer[key]).filter(isRecord);
  return [answer, ...within].some((one) =>
    reports.some((key) => (typeof one[key] === 'object' ? isImplausible(one[key]) : isNoCount(one[key]))),
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Words are another matter: vendors have fields beside the counts. */
const isNoCount = (value: unknown): boolean => typeof value === 'number' && !(value >= 0 && value <= mostCount);
