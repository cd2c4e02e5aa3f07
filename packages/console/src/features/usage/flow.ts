import type { UsageAnswer, UsageMeasure } from '@tollgate/contract/api/usage';
import type { Flow, FlowLink, FlowNode } from '../../components/charts/flow-layout.ts';
import { valueOf } from './measures.ts';

/** Nodes of a column; what is smaller is one node together. */
const most = 8;
const restId = ' rest';

type Part = { readonly key: string; readonly label: string; readonly value: number };

/** The largest of a column first, and what is left as one. */
function columnOf(
  parts: readonly Part[],
  rest: string,
): { readonly nodes: readonly FlowNode[]; readonly idOf: (key: string) => string } {
  const sums = new Map<string, Part>();
  for (const part of parts) sums.set(part.key, { ...part, value: (sums.get(part.key)?.value ?? 0) + part.value });
  const sorted = [...sums.values()].filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value);
  const top = sorted.slice(0, most);
  const ids = new Set(top.map(({ key }) => key));
  return {
    nodes: [
      ...top.map(({ key, label }) => ({ id: key, label: label === '' ? '–' : label })),
      ...(sorted.length > most ? [{ id: restId, label: rest }] : []),
    ],
    idOf: (key) => (ids.has(key) ? key : restId),
  };
}

type Pair = { readonly row: Part; readonly part: Part };

const pairsOf = ({ rows }: UsageAnswer, measure: UsageMeasure): readonly Pair[] =>
  rows.flatMap(({ key, label, split }) =>
    split.map((one) => {
      const value = valueOf(measure, one.sums) ?? 0;
      return { row: { key, label, value }, part: { key: one.key, label: one.label, value } };
    }),
  );

function linksOf(
  pairs: readonly Pair[],
  from: (key: string) => string,
  to: (key: string) => string,
): readonly FlowLink[] {
  const sums = new Map<string, FlowLink>();
  for (const { row, part } of pairs) {
    const link = { from: from(row.key), to: to(part.key), value: part.value };
    const place = JSON.stringify([link.from, link.to]);
    sums.set(place, { ...link, value: (sums.get(place)?.value ?? 0) + link.value });
  }
  return [...sums.values()];
}

/** Who uses which models, and (for those who may see it) which channels serve them. The measure must be one that adds up. */
export function flowOf(
  byWho: UsageAnswer,
  byModel: UsageAnswer | undefined,
  measure: UsageMeasure,
  rest: string,
): Flow {
  const used = pairsOf(byWho, measure);
  const served = byModel === undefined ? [] : pairsOf(byModel, measure);
  const who = columnOf(
    used.map(({ row }) => row),
    rest,
  );
  const models = columnOf(
    used.map(({ part }) => part),
    rest,
  );
  const channels = columnOf(
    served.map(({ part }) => part),
    rest,
  );
  return {
    columns: [who.nodes, models.nodes, ...(byModel === undefined ? [] : [channels.nodes])],
    links: [
      linksOf(used, who.idOf, models.idOf),
      ...(byModel === undefined ? [] : [linksOf(served, models.idOf, channels.idOf)]),
    ],
  };
}
