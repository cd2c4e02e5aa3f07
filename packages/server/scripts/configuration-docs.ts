/**
 * Writes the tables of docs/configuration.md that are made from the code: `bun packages/server/scripts/configuration-docs.ts`.
 * A test fails when they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { settingLeaves } from '@tollgate/contract/settings';
import { describeEnvironment } from '../src/env.ts';

export const page = new URL('../../../docs/configuration.md', import.meta.url);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function environmentTable(): string {
  const rows = describeEnvironment().map(({ name, kind, default: fallback, doc }) => [
    `\`${name}\``,
    kind,
    fallback === undefined || fallback === '' ? '' : `\`${fallback}\``,
    doc,
  ]);
  return table(['Variable', 'Value', 'Default', 'Meaning'], rows);
}

function settingsTable(): string {
  const rows = settingLeaves.map((leaf) => [
    `\`${leaf.path}\``,
    `\`${JSON.stringify(leaf.default)}\``,
    leaf.description,
  ]);
  return table(['Path', 'Default', 'Meaning'], rows);
}

/** The page with its generated parts as the code would have them now. */
export function rendered(text: string): string {
  const parts: Readonly<Record<string, () => string>> = { environment: environmentTable, settings: settingsTable };
  return Object.entries(parts).reduce((before, [name, render]) => {
    const marks = new RegExp(`(<!-- ${name}: generated -->\n)[\\s\\S]*?(\n<!-- end -->)`);
    if (!marks.test(before)) throw new Error(`docs/configuration.md has no place for the ${name} table`);
    return before.replace(marks, (_, start: string, end: string) => `${start}\n${render()}\n${end}`);
  }, text);
}

if (import.meta.main) writeFileSync(page, rendered(readFileSync(page, 'utf8')));
