/**
 * Writes the tables of docs/configuration.md and docs/prices.md that are made from the code:
 * `bun packages/server/scripts/configuration-docs.ts`. A test fails when they are stale.
 */
import { type BucketRow, bucketNames, buckets, callRow } from '@tollgate/contract/buckets';
import { conditionSchema } from '@tollgate/contract/price-condition';
import { settingsTree } from '@tollgate/contract/settings';
import type { SettingLeaf } from '@tollgate/contract/settings';
import { units } from '@tollgate/contract/settings/leaf';
import { describeEnvironment } from '../src/env.ts';
import { docs, type Page, table, writePages } from './generated-parts.ts';

function environmentTable(): string {
  const rows = describeEnvironment().map(({ name, kind, default: fallback, doc }) => [
    `\`${name}\``,
    kind,
    fallback === undefined || fallback === '' ? '' : `\`${fallback}\``,
    doc,
  ]);
  return table(['Variable', 'Value', 'Default', 'Meaning'], rows);
}

const shownTo: Record<SettingLeaf['audience'], string> = { public: 'anybody', admin: 'administrators', root: 'root' };

function settingsTable(): string {
  const rows = settingsTree.leaves.map((leaf) => [
    `\`${leaf.path}\``,
    leaf.secret ? '(secret)' : `\`${JSON.stringify(leaf.default)}\``,
    units[leaf.unit],
    shownTo[leaf.audience],
    leaf.restart ? `${leaf.description} In force after a restart.` : leaf.description,
  ]);
  return table(['Path', 'Default', 'Unit', 'Seen by', 'Meaning'], rows);
}

/** Field, label, and what stands in for a rate that a price does not name. */
function ratesTable(): string {
  const rows = bucketNames.flatMap((bucket) => {
    const row: BucketRow = buckets[bucket];
    return row.field === undefined ? [] : [[`\`${row.field}\``, row.label, per(row), otherwise(row)]];
  });
  const call = [`\`${callRow.field}\``, callRow.label, 'request, on top of the rates', 'nothing'];
  return table(['Field', 'On a bill', 'USD per', 'Where it is not named'], [...rows, call]);
}

const per = ({ per: each, unit }: BucketRow): string => `${each === 'million' ? 'million ' : ''}${unit}`;

function otherwise({ fallback }: BucketRow): string {
  if (fallback === undefined) return 'nothing';
  const [times, over] = fallback.times;
  const field = bucketNames.flatMap((bucket) => (bucket === fallback.bucket ? (buckets[bucket].field ?? []) : []))[0];
  return `\`${field}\`${times === over ? '' : ` x ${times / over}`}`;
}

function conditionsTable(): string {
  const rows = Object.entries(conditionSchema.shape).map(([name, schema]) => [`\`${name}\``, schema.description ?? '']);
  return table(['Condition', 'Fits when'], rows);
}

/** The pages with generated parts. */
export const pages: readonly Page[] = [
  { at: docs('configuration.md'), parts: { environment: environmentTable, settings: settingsTable } },
  { at: docs('prices.md'), parts: { rates: ratesTable, conditions: conditionsTable } },
];

if (import.meta.main) writePages(pages);
