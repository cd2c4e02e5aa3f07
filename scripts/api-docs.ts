/**
 * Writes the tables of docs/api.md and docs/security.md that the contract says: `bun scripts/api-docs.ts`. A test fails when
 * they are stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Declaration } from '@tollgate/contract/operations/declare';
import { operations } from '@tollgate/contract/operations/list';
import { permissions, roles } from '@tollgate/contract/permissions';

const root = path.resolve(import.meta.dirname, '..');

const operationTable = (): string[] => [
  '| operation | call | permission | what it does |',
  '|---|---|---|---|',
  ...Object.entries<Declaration>(operations).map(
    ([name, { method, path: where, permission, summary }]) =>
      `| \`${name}\` | \`${method.toUpperCase()} ${where}\` | ${permission === 'public' ? 'anybody' : `\`${permission}\``} | ${summary} |`,
  ),
];

const permissionTable = (): string[] => [
  `| permission | ${roles.join(' | ')} | read-only token |`,
  `|---|${roles.map(() => '---|').join('')}---|`,
  ...Object.entries(permissions).map(
    ([permission, row]) =>
      `| \`${permission}\` | ${roles.map((role) => row[role] ?? '').join(' | ')} | ${row.readOnly === true ? 'as its owner' : ''} |`,
  ),
];

/** The pages with such a table, each between two comments that name it. */
export const pages = [
  { file: path.join(root, 'docs/api.md'), name: 'operations', table: operationTable },
  { file: path.join(root, 'docs/security.md'), name: 'permissions', table: permissionTable },
];

/** The page's text with its table as the contract says. Throws when the comments are not there. */
export function rendered({ file, name, table }: (typeof pages)[number]): string {
  const begin = `<!-- ${name}: written by scripts/api-docs.ts -->`;
  const end = `<!-- end of ${name} -->`;
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no place for its table`);
  return `${text.slice(0, from + begin.length)}\n\n${table().join('\n')}\n\n${text.slice(to)}`;
}

if (import.meta.main) for (const page of pages) writeFileSync(page.file, rendered(page));
