import type { Catalog, CatalogModel, ModelUptime } from '@tollgate/contract/api/catalog';
import type { Uptime } from '../../components/charts/marks.tsx';

/** A model with how it does, as far as that is open to the reader. */
export type CatalogRow = { readonly model: CatalogModel; readonly uptime: ModelUptime | undefined };

export const capabilities = ['image', 'audio', 'video', 'pdf', 'reasoning', 'tools', 'structuredOutput'] as const;
export type Capability = (typeof capabilities)[number];

/** What a model can, of what people choose by. */
export const capabilitiesOf = ({ input, reasoning, tools, structuredOutput }: CatalogModel): readonly Capability[] =>
  capabilities.filter((one) => {
    if (one === 'reasoning') return reasoning === true;
    if (one === 'tools') return tools === true;
    if (one === 'structuredOutput') return structuredOutput === true;
    return input?.includes(one) === true;
  });

export function rowsOf({ models, uptime }: Catalog): readonly CatalogRow[] {
  const byName = new Map(uptime?.map((one) => [one.name, one]));
  return (models ?? []).map((model) => ({ model, uptime: byName.get(model.name) }));
}

export type Wanted = {
  readonly q?: string | undefined;
  readonly vendor?: string | undefined;
  readonly can?: Capability | undefined;
  readonly free?: boolean | undefined;
};

export function fits({ model }: CatalogRow, { q = '', vendor, can, free }: Wanted): boolean {
  const text = q.trim().toLowerCase();
  if (text !== '' && !`${model.name} ${model.vendor}`.toLowerCase().includes(text)) return false;
  if (vendor !== undefined && model.vendor !== vendor) return false;
  if (can !== undefined && !capabilitiesOf(model).includes(can)) return false;
  return free !== true || model.price === null;
}

/** How a stretch of time went, by the share of requests that were answered. */
export function uptimeOf(share: number | null): Uptime {
  if (share === null) return 'idle';
  return share >= 0.98 ? 'good' : share >= 0.8 ? 'warn' : 'danger';
}

/** The names of a comparison as they stand in an address: two to four that there are. */
export const comparedOf = (text: string | undefined, rows: readonly CatalogRow[]): readonly CatalogRow[] => {
  const names = new Set((text ?? '').split(',').filter((name) => name !== ''));
  return rows.filter(({ model }) => names.has(model.name)).slice(0, mostCompared);
};
export const mostCompared = 4;
