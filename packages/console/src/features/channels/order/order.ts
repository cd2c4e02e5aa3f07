/** What of a channel its place follows from. */
export type Placed = {
  readonly id: string;
  readonly priority: number;
  /** A config file says its priority. */
  readonly fixed: boolean;
};

const step = 10;
const largest = 1_000_000;

/**
 * The list after one was put to another place (counted without it). It gets the priority of its new neighbours where those share
 * one, and otherwise one between theirs; where there is no number between, those above go up to make room. Undefined
 * where that is impossible: a channel above belongs to a file, or would leave the allowed numbers.
 */
export function put(list: readonly Placed[], id: string, to: number): readonly Placed[] | undefined {
  const moved = list.find((one) => one.id === id);
  if (moved === undefined || moved.fixed) return undefined;
  const rest = list.filter((one) => one.id !== id);
  const [above, below] = [rest[to - 1], rest[to]];
  const before = rest.slice(0, to);
  const after = rest.slice(to);
  const at = (priority: number, raised = before): readonly Placed[] | undefined =>
    [...raised, { ...moved, priority }].every(({ priority: one }) => Math.abs(one) <= largest)
      ? [...raised, { ...moved, priority }, ...after]
      : undefined;
  if (above === undefined) return below === undefined ? list : at(below.priority + step);
  if (below === undefined) return at(above.priority - step);
  if (above.priority === below.priority) return at(above.priority);
  const between = Math.floor((above.priority + below.priority) / 2);
  if (between > below.priority) return at(between);
  if (before.some(({ fixed }) => fixed)) return undefined;
  return at(
    below.priority + step,
    before.map((one) => ({ ...one, priority: one.priority + 2 * step })),
  );
}

/** Those whose priority is another one now, with the one from before. */
export const changesOfOrder = (
  before: readonly Placed[],
  after: readonly Placed[],
): readonly { readonly id: string; readonly from: number; readonly to: number }[] => {
  const former = new Map(before.map(({ id, priority }) => [id, priority]));
  return after.flatMap(({ id, priority }) => {
    const from = former.get(id);
    return from === undefined || from === priority ? [] : [{ id, from, to: priority }];
  });
};
