import { Refusal } from '../../domain/refusal.ts';
import type { DayCost } from '../../providers/account.ts';

/** Most lines of a file. */
const mostRows = 50_000;

const columns = ['day', 'model', 'amount'] as const;

/**
 * The costs of an uploaded file: CSV with a header that names `day`, `model` and `amount`, in any order and beside others; commas or
 * semicolons, fields in quotes where they hold one. Throws a refusal that names the line.
 */
export function readCostFile(csv: string): readonly DayCost[] {
  const lines = splitLines(csv.replace(/^\uFEFF/, ''));
  const [header, ...rows] = lines;
  const separator = header?.text.includes(';') === true && !header.text.includes(',') ? ';' : ',';
  const names = fieldsOf(header?.text ?? '', separator).map((name) => name.trim().toLowerCase());
  const [day, model, amount] = columns.map((name) => names.indexOf(name));
  if (day === undefined || model === undefined || amount === undefined || Math.min(day, model, amount) < 0)
    throw refused(1, 'must name the columns day, model and amount');
  if (rows.length > mostRows) throw refused(mostRows + 2, `is beyond the ${mostRows} lines that a file may have`);
  return rows.map(({ text, line }) => {
    const fields = fieldsOf(text, separator);
    const at = dayIn(fields[day]?.trim() ?? '');
    if (at === undefined) throw refused(line, 'has no day such as 2026-11-30');
    const usd = fields[amount]?.trim().replace(/^\$/, '') ?? '';
    if (!/^-?\d{1,9}(\.\d{1,20})?$/.test(usd)) throw refused(line, 'has no amount in USD such as 12.34');
    return { day: at, model: fields[model]?.trim() ?? '', usd };
  });
}

const refused = (line: number, why: string): Refusal =>
  new Refusal('invalid_request', `Line ${line} ${why}.`, { param: 'csv' });

function dayIn(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  // 2026-02-30 is the second of March to a calendar that is asked politely.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? undefined : at;
}

const splitLines = (csv: string) =>
  csv
    .split(/\r\n|\n|\r/)
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '');

/** The fields of a line; a quote within quotes is doubled. */
function fieldsOf(text: string, separator: string): readonly string[] {
  const fields: string[] = [];
  // Each begins with a separator, the first with one of our own: an empty one is a field, too.
  const field = new RegExp(`${separator}(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'g');
  for (const [, quoted, plain = ''] of `${separator}${text}`.matchAll(field))
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
  return fields;
}
