/** Where the parts of a flow stand: columns of nodes, and bands between those of neighbouring columns. Pure. */

export type FlowNode = { readonly id: string; readonly label: string };
export type FlowLink = { readonly from: string; readonly to: string; readonly value: number };
/** Ids are those of one column; a link goes from a column to the next one. */
export type Flow = {
  readonly columns: readonly (readonly FlowNode[])[];
  /** One list for each gap between columns. */
  readonly links: readonly (readonly FlowLink[])[];
};

export type PlacedNode = FlowNode & {
  readonly column: number;
  readonly value: number;
  readonly top: number;
  readonly height: number;
};
export type PlacedLink = FlowLink & {
  readonly gap: number;
  /** Place of its node among those of its column, for its colour. */
  readonly place: number;
  readonly fromTop: number;
  readonly toTop: number;
  readonly thickness: number;
};
export type PlacedFlow = { readonly nodes: readonly PlacedNode[]; readonly links: readonly PlacedLink[] };

/** Space between nodes of a column. */
const space = 10;
/** What is there is seen. */
const least = 1.5;

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** The value of a node: what flows in or out, whichever is more. */
const valueOf = (flow: Flow, column: number, id: string): number =>
  Math.max(
    sum((flow.links[column - 1] ?? []).filter(({ to }) => to === id).map(({ value }) => value)),
    sum((flow.links[column] ?? []).filter(({ from }) => from === id).map(({ value }) => value)),
  );

/** Places a flow into a height; nodes and links of no value are left out. */
export function placeFlow(flow: Flow, height: number): PlacedFlow {
  const valued = flow.columns.map((nodes, column) =>
    nodes.map((node) => ({ ...node, value: valueOf(flow, column, node.id) })).filter(({ value }) => value > 0),
  );
  const scales = valued
    .filter((nodes) => nodes.length > 0)
    .map((nodes) => (height - space * (nodes.length - 1)) / sum(nodes.map(({ value }) => value)));
  const scale = Math.min(...scales);
  if (!Number.isFinite(scale)) return { nodes: [], links: [] };
  const nodes = valued.flatMap((column, at) => {
    let top = 0;
    return column.map((node): PlacedNode => {
      const tall = Math.max(least, node.value * scale);
      const placed = { ...node, column: at, top, height: tall };
      top += tall + space;
      return placed;
    });
  });
  const find = (column: number, id: string): PlacedNode | undefined =>
    nodes.find((node) => node.column === column && node.id === id);
  const links = flow.links.flatMap((all, gap) => {
    const used = { from: new Map<string, number>(), to: new Map<string, number>() };
    const order = (id: string, column: number): number =>
      nodes.findIndex((one) => one.column === column && one.id === id);
    return all
      .filter(({ value }) => value > 0)
      .toSorted((a, b) => order(a.from, gap) - order(b.from, gap) || order(a.to, gap + 1) - order(b.to, gap + 1))
      .flatMap((link): readonly PlacedLink[] => {
        const from = find(gap, link.from);
        const to = find(gap + 1, link.to);
        if (from === undefined || to === undefined) return [];
        const thickness = Math.max(least / 2, link.value * scale);
        const out = used.from.get(link.from) ?? 0;
        const into = used.to.get(link.to) ?? 0;
        used.from.set(link.from, out + thickness);
        used.to.set(link.to, into + thickness);
        const place = nodes.filter(({ column }) => column === gap).indexOf(from);
        return [{ ...link, gap, place, fromTop: from.top + out, toTop: to.top + into, thickness }];
      });
  });
  return { nodes, links };
}
