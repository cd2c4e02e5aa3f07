import type {
  ConditionMode,
  OverrideCondition,
  OverrideMode,
  OverrideOperation,
  OverridesInput,
} from '@tollgate/contract/api/overrides';
import type { Json } from '../../../lib/changes.ts';
import { takes } from './modes.ts';

/**
 * Overrides while they are edited: values are the texts that are typed, lists have ids of their own, so that a row stays the
 * same row when others go or move.
 */
export type Pair = { readonly id: number; readonly name: string; readonly value: string };

export type ConditionDraft = {
  readonly id: number;
  readonly path: string;
  readonly mode: ConditionMode;
  readonly value: string;
  readonly invert: boolean;
  readonly missing: boolean;
};

export type OperationDraft = {
  readonly id: number;
  readonly mode: OverrideMode;
  readonly path: string;
  readonly value: string;
  readonly from: string;
  readonly to: string;
  readonly keepOrigin: boolean;
  readonly conditions: readonly ConditionDraft[];
  readonly logic: 'AND' | 'OR';
  readonly description: string;
};

export type Draft = {
  readonly setHeaders: readonly Pair[];
  readonly removeHeaders: readonly string[];
  readonly passHeaders: readonly string[];
  readonly setFields: readonly Pair[];
  readonly removeFields: readonly string[];
  readonly operations: readonly OperationDraft[];
};

let lastId = 0;
/** An id for a row; they only tell rows of this page apart. */
export const newId = (): number => (lastId += 1);

/** What was typed, as a value: JSON where it is JSON, else the text itself. */
export function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A value as it is typed: a text without quotes, unless it would be read as something else. */
export function textOf(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && value !== '' && valueOf(value) === value) return value;
  return JSON.stringify(value, undefined, typeof value === 'object' && value !== null ? 2 : undefined);
}

const pairsOf = (set: Readonly<Record<string, unknown>>, write: (value: unknown) => string): readonly Pair[] =>
  Object.entries(set).map(([name, value]) => ({ id: newId(), name, value: write(value) }));

export function draftOf({ headers, body }: OverridesInput): Draft {
  return {
    setHeaders: pairsOf(headers.set, String),
    removeHeaders: headers.remove,
    passHeaders: headers.pass,
    setFields: pairsOf(body.set, textOf),
    removeFields: body.remove,
    operations: body.operations.map(operationDraftOf),
  };
}

export function operationDraftOf(operation: OverrideOperation): OperationDraft {
  const { mode, path = '', value, from = '', to = '', keep_origin: keepOrigin = false, description = '' } = operation;
  return {
    id: newId(),
    mode,
    path,
    value: textOf(value),
    from,
    to,
    keepOrigin,
    conditions: conditionsOf(operation.conditions),
    logic: operation.logic ?? 'OR',
    description,
  };
}

function conditionsOf(conditions: OverrideOperation['conditions']): readonly ConditionDraft[] {
  if (conditions === undefined) return [];
  const list: readonly OverrideCondition[] = Array.isArray(conditions)
    ? conditions
    : Object.entries(conditions).map(([path, value]) => ({ path, value }));
  return list.map(({ path, mode = 'full', value, invert = false, pass_missing_key: missing = false }) => ({
    id: newId(),
    path,
    mode,
    value: textOf(value),
    invert,
    missing,
  }));
}

const setOf = <Value>(pairs: readonly Pair[], read: (text: string) => Value): Record<string, Value> =>
  Object.fromEntries(
    pairs.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), read(value)] as const),
  );

/** The draft as it is sent: without what is empty, and without what an operation of its mode does not take. */
export function overridesOf(draft: Draft): OverridesInput {
  return {
    headers: {
      set: setOf(draft.setHeaders, (text) => text),
      remove: [...draft.removeHeaders],
      pass: [...draft.passHeaders],
    },
    body: {
      set: setOf(draft.setFields, valueOf),
      remove: [...draft.removeFields],
      operations: draft.operations.map(operationOf),
    },
  };
}

function operationOf({ mode, path, value, from, to, keepOrigin, conditions, logic, description }: OperationDraft) {
  const { fields } = takes[mode];
  const has = (field: (typeof fields)[number]): boolean => fields.includes(field);
  return {
    mode,
    ...(has('path') && path !== '' && { path }),
    ...(has('value') && value !== '' && { value: valueOf(value) }),
    ...(has('from') && from !== '' && { from }),
    // What is found may be replaced by nothing.
    ...(has('to') && (to !== '' || mode === 'replace' || mode === 'regex_replace') && { to }),
    ...(has('keep') && keepOrigin && { keep_origin: true }),
    ...(conditions.length > 0 && { conditions: conditions.map(conditionOf), logic }),
    ...(description !== '' && { description }),
  } satisfies OverrideOperation;
}

const conditionOf = ({ path, mode, value, invert, missing }: ConditionDraft): OverrideCondition => ({
  path,
  ...(mode !== 'full' && { mode }),
  value: valueOf(value),
  ...(invert && { invert }),
  ...(missing && { pass_missing_key: missing }),
});

/** The list with a row moved by one place; itself where it cannot move further. */
export function moved<Row>(rows: readonly Row[], index: number, step: 1 | -1): readonly Row[] {
  const row = rows[index];
  const to = index + step;
  if (row === undefined || to < 0 || to >= rows.length) return rows;
  return rows.toSpliced(index, 1).toSpliced(to, 0, row);
}
