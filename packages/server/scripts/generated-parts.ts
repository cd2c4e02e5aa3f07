import { readFileSync, writeFileSync } from 'node:fs';

/** A page of the documentation with parts that are made from the code: each by its name, between marks. */
export type Page = { readonly at: URL; readonly parts: Readonly<Record<string, () => string>> };

export const docs = (name: string): URL => new URL(`../../../docs/${name}`, import.meta.url);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A page with its generated parts as the code would have them now. */
export function rendered({ at, parts }: Page, text: string): string {
  return Object.entries(parts).reduce((before, [name, render]) => {
    const marks = new RegExp(`(<!-- ${name}: generated -->\n)[\\s\\S]*?(\n<!-- end -->)`);
    if (!marks.test(before)) throw new Error(`${at.pathname} has no place for the ${name} table`);
    return before.replace(marks, (_, start: string, end: string) => `${start}\n${render()}\n${end}`);
  }, text);
}

export function writePages(pages: readonly Page[]): void {
  for (const page of pages) writeFileSync(page.at, rendered(page, readFileSync(page.at, 'utf8')));
}
