import type { Json } from '@tollgate/wire/protocol';
import { isBigNumber } from '@tollgate/wire/json/exact';
import { valueAt } from '@tollgate/wire/json/path';
import type { Price } from '../price.ts';
import type { Program, Word } from './program.ts';

/** Headers that carry keys and sessions. */
const secretHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'mj-api-secret',
  'sec-websocket-protocol',
]);

/** Whether a header (in small letters) may carry a secret, by its name. */
export const isSecretHeader = (name: string): boolean =>
  secretHeaders.has(name) || /(?:^|[-_])(?:key|secret|token|password|credential)s?$/.test(name);

/** Longest text of a request that is kept for its price. */
const longest = 4096;

function wordOf(value: Json | undefined): Word {
  if (value === undefined || value === null) return null;
  if (isBigNumber(value)) return Number(value.rawJSON);
  if (typeof value === 'object') return { there: true };
  return typeof value === 'string' ? value.slice(0, longest) : value;
}

/** Whether an expression is worked out by what is asked, beside what is used. */
export const readsRequest = ({ params, headers }: Program): boolean => params.length > 0 || headers.length > 0;

/**
 * The price of one request: with what its expression reads of it, so that hold and bill, now or days later, go by the same
 * words. The price itself where it reads nothing.
 */
export function priceOfRequest(price: Price, body: Json, headers: { get(name: string): string | null }): Price {
  const { program } = price;
  if (program === undefined || !readsRequest(program)) return price;
  const asked = {
    params: Object.fromEntries(program.params.map((path) => [path, wordOf(valueAt(body, path))])),
    headers: Object.fromEntries(program.headers.map((name) => [name, wordOf(headers.get(name))])),
  };
  return { ...price, asked };
}
