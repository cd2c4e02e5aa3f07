import type { Json } from '../protocol.ts';
import { isBigNumber } from './exact.ts';

/** A scalar as text; undefined for anything else. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isBigNumber(value) ? value.rawJSON : undefined;
}

/** A number, or the text of one, as headers and careless senders have it. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const text =
    typeof value === 'string' && value.trim() !== '' ? value : isBigNumber(value) ? value.rawJSON : undefined;
  const number = Number(text);
  return text === undefined || Number.isNaN(number) ? undefined : number;
}
