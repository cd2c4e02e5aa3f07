import type { ToolCallPart } from './part.ts';
import type { IrMessage } from './request.ts';
import type { ToolRules } from './tool-rules.ts';

/** A call as the upstream is told it. */
export type PlacedCall = { readonly id: string; readonly kind: ToolCallPart['kind'] };

/** Which result answers which call, and where the results are to stand. */
export type Placed = {
  /** The call that the part at this place makes or answers. */
  callAt(message: number, part: number): PlacedCall | undefined;
  /** Paths of the results that do not stand where they must. */
  readonly moved: readonly string[];
  /** Messages of which nothing is left where they stand. */
  readonly emptied: readonly number[];
  /** The same messages (with parts changed, but none more or less) with the results where they must be. */
  arrange(messages: readonly IrMessage[]): readonly IrMessage[];
};

type Call = PlacedCall & {
  /** Its place among all calls. */
  readonly order: number;
  readonly message: number;
  readonly turn: number;
};

/** The calls of one id in one turn; those before `next` are answered. */
type Open = { readonly calls: Call[]; next: number };

/** Where a result stands, and the message behind which it belongs. */
type Standing = { readonly message: number; readonly part: number; readonly call: Call; anchor: number };

type Where = ToolRules['results'];

/**
 * Pairs results with their calls. Ids may repeat: a result answers the last turn that has a call of its id, and of that the
 * first one that is open. `idOf` is asked once for each call, in order, and for each result without a call.
 */
export function placeResults(messages: readonly IrMessage[], where: Where, idOf: (callId: string) => string): Placed {
  const calls = new Map<string, PlacedCall>();
  const standing: Standing[] = [];
  const open = new Map<string, Open>();
  const turns = turnsOf(messages, where);
  let count = 0;
  for (const [message, { parts }] of messages.entries()) {
    const turn = turns.of[message] ?? 0;
    for (const [part, value] of parts.entries()) {
      if (value.type !== 'tool-call' && value.type !== 'tool-result') continue;
      const known = open.get(value.callId);
      let call: PlacedCall | undefined;
      if (value.type === 'tool-call') {
        const made: Call = { id: idOf(value.callId), kind: value.kind, order: count++, message, turn };
        if (known?.calls[0]?.turn === turn) known.calls.push(made);
        else open.set(value.callId, { calls: [made], next: 0 });
        call = made;
      } else if (known) {
        const answered = known.calls[Math.min(known.next++, known.calls.length - 1)];
        if (answered) standing.push({ message, part, call: answered, anchor: turns.anchor(answered) });
        call = answered;
      }
      calls.set(`${message}.${part}`, call ?? { id: idOf(value.callId), kind: value.kind });
    }
  }
  const torn = where === 'anywhere' ? noneTorn : tornAnchors(messages, standing, where);
  const moving = standing.filter(({ anchor }) => torn.has(anchor));
  const takes = new Map<number, Set<number>>();
  for (const { message, part } of moving) {
    const known = takes.get(message);
    if (known) known.add(part);
    else takes.set(message, new Set([part]));
  }
  return {
    callAt: (message, part) => calls.get(`${message}.${part}`),
    moved: moving.map(({ message, part }) => `messages[${message}].parts[${part}]`),
    emptied: [...takes].filter(([message, parts]) => messages[message]?.parts.length === parts.size).map(([at]) => at),
    arrange: (list) => (moving.length === 0 ? list : arranged(list, moving, takes)),
  };
}

const noneTorn: ReadonlySet<number> = new Set();

/** Instructions stand elsewhere where turns alternate, and part none of them. */
const isTurn = (role: IrMessage['role'], where: Where): boolean =>
  where === 'behind-message' || role === 'user' || role === 'assistant';

/** The turn that each message belongs to, and behind which message the results of a call belong. */
function turnsOf(
  messages: readonly IrMessage[],
  where: Where,
): { readonly of: readonly number[]; anchor(call: Call): number } {
  const of: number[] = [];
  const ends: number[] = [];
  let turn = 0;
  let last: IrMessage['role'] = 'assistant';
  for (const [i, { role }] of messages.entries()) {
    if (isTurn(role, where) && role !== last) {
      turn++;
      last = role;
    }
    of.push(turn);
    if (role === last) ends[turn] = i;
  }
  const anchor = (call: Call): number =>
    where === 'behind-message' ? call.message : (ends[call.turn] ?? call.message);
  return { of, anchor };
}

/** The messages whose results do not all stand where they must. */
function tornAnchors(messages: readonly IrMessage[], standing: readonly Standing[], where: Where): ReadonlySet<number> {
  const ends = endsOf(messages, where);
  const torn = new Set<number>();
  const last = new Map<number, number>();
  for (const { message, call, anchor } of standing) {
    // In a turn that says more than results, the writers put the results in front.
    const inPlace = message > anchor && message <= (ends[anchor] ?? 0) && messages[message]?.role === 'user';
    const inOrder = where !== 'in-order' || (last.get(anchor) ?? -1) <= call.order;
    last.set(anchor, call.order);
    if (!inPlace || !inOrder) torn.add(anchor);
  }
  return torn;
}

/** The last message in which the results of each message may stand. */
function endsOf(messages: readonly IrMessage[], where: Where): readonly number[] {
  const ends: number[] = [];
  for (let i = messages.length - 1; i >= 0; i--) {
    const next = messages[i + 1];
    const goesOn =
      where === 'behind-message'
        ? next?.role === 'user' && next.parts.every(({ type }) => type === 'tool-result')
        : next !== undefined && next.role !== 'assistant' && messages[i + 2]?.role !== 'assistant';
    ends[i] = goesOn ? (ends[i + 1] ?? i + 1) : i + 1;
  }
  return ends;
}

/** Takes results out of where they stand and puts them behind their calls, in the order of the calls. */
function arranged(
  messages: readonly IrMessage[],
  moving: readonly Standing[],
  takes: ReadonlyMap<number, ReadonlySet<number>>,
): readonly IrMessage[] {
  const behind = new Map<number, Standing[]>();
  for (const one of moving) {
    const list = behind.get(one.anchor);
    if (list) list.push(one);
    else behind.set(one.anchor, [one]);
  }
  return messages.flatMap((message, i) => {
    const taken = takes.get(i);
    const rest = taken ? message.parts.filter((_, j) => !taken.has(j)) : message.parts;
    const left = !taken ? [message] : rest.length > 0 ? [{ ...message, parts: rest }] : [];
    const results = behind.get(i)?.sort((a, b) => a.call.order - b.call.order);
    if (!results) return left;
    const parts = results.flatMap((one) => messages[one.message]?.parts[one.part] ?? []);
    return [...left, { role: 'user' as const, parts }];
  });
}
