import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { z } from './zod.ts';

type SearchSchema = z.ZodObject;

/** Changes some of the parameters; `undefined` takes one out of the address. */
export type ChangeSearch<S extends SearchSchema> = (
  patch: Readonly<Partial<Record<keyof z.output<S>, unknown>>>,
  how?: 'push' | 'replace',
) => void;

/**
 * The page's state in its address: filters, tab, range, selection. `schema` says which parameters there are; one that does
 * not fit is as if it were not there, because addresses are written by people. Keep the schema outside the component.
 */
export function useSearchState<S extends SearchSchema>(schema: S): readonly [z.output<S>, ChangeSearch<S>] {
  const raw: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = useMemo(() => readSearch(schema, raw), [schema, raw]);
  return [
    state,
    (patch, how = 'replace') => {
      void navigate({
        to: '.',
        search: (before: Readonly<Record<string, unknown>>) => ({ ...before, ...patch }),
        replace: how === 'replace',
        resetScroll: false,
      });
    },
  ];
}

/** Reads parameters by a schema, without those that do not fit. */
export function readSearch<S extends SearchSchema>(schema: S, raw: Readonly<Record<string, unknown>>): z.output<S> {
  const known = Object.fromEntries(Object.entries(raw).filter(([name]) => name in schema.shape));
  const first = schema.safeParse(known);
  if (first.success) return first.data;
  const unfit = new Set(first.error.issues.map(({ path: [name] }) => name));
  return schema.parse(Object.fromEntries(Object.entries(known).filter(([name]) => !unfit.has(name))));
}
