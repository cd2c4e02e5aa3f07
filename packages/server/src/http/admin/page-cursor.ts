import { Refusal } from '../../domain/refusal.ts';
import type { Page, PageMark } from '../../store/page.ts';

/** A mark as the opaque text that clients carry from page to page. */
export const writeCursor = (mark: PageMark): string => Buffer.from(`${mark.at}.${mark.id}`).toString('base64url');

/** Reads a cursor back; undefined for the first page. */
export function readCursor(text: string | undefined): PageMark | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,16})\.([\x21-\x7e]{1,80})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (match?.[1] === undefined || match[2] === undefined)
    throw new Refusal('invalid_request', 'is not the `next` of a page', { param: 'after' });
  return { at: Number(match[1]), id: match[2] };
}

/** A page of rows as the API shows it. */
export const presentPage = <T, V>(page: Page<T>, present: (row: T) => V): { data: V[]; next: string | null } => ({
  data: page.rows.map(present),
  next: page.next === undefined ? null : writeCursor(page.next),
});
