import type { ChannelView } from '@tollgate/contract/api/configuration';

type Costs = ChannelView['costs'];
type Price = NonNullable<NonNullable<Costs>['prices']>[string];

/** The rates of a price that the page shows; others stay as they are. */
export const shownRates = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'perCall'] as const;
type ShownRate = (typeof shownRates)[number];

/** A line of the price list, as it is typed. */
export type CostRow = {
  /** Of the line, for as long as it is edited. */
  readonly key: number;
  readonly model: string;
  readonly rates: Readonly<Record<ShownRate, string>>;
  /** What of its price the page does not show. */
  readonly rest: Price;
};

/** What a channel costs, as its form holds it. */
export type CostDraft = { readonly percent: string; readonly rows: readonly CostRow[] };

const noRates: CostRow['rates'] = { input: '', output: '', cacheRead: '', cacheWrite5m: '', perCall: '' };

/** A line of nothing yet, after others. */
export const newRow = (rows: readonly CostRow[], model = ''): CostRow => ({
  key: rows.reduce((most, { key }) => Math.max(most, key), 0) + 1,
  model,
  rates: noRates,
  rest: {},
});

export function costDraftOf(costs: Costs): CostDraft {
  const rows = Object.entries(costs?.prices ?? {}).map(([model, price], index): CostRow => {
    const { input = '', output = '', cacheRead = '', cacheWrite5m = '', perCall = '', ...rest } = price;
    return { key: index + 1, model, rates: { input, output, cacheRead, cacheWrite5m, perCall }, rest };
  });
  return { percent: costs?.percentOfPrice ?? '', rows };
}

/** Whether the price of a line depends on something, or is worked out, so that no rates of one line tell it. */
export const isConditional = ({ rest: { rates, expression } }: CostRow): boolean =>
  rates !== undefined || expression !== undefined;

/** What is sent: null where nothing is known of what the channel costs. */
export function costsOf({ percent, rows }: CostDraft): Costs {
  if (percent === '' && rows.length === 0) return null;
  const prices = Object.fromEntries(rows.map((row) => [row.model.trim(), priceOf(row)]));
  return { ...(percent !== '' && { percentOfPrice: percent }), ...(rows.length > 0 && { prices }) };
}

function priceOf({ rates, rest }: CostRow): Price {
  const named = Object.entries(rates).filter(([, usd]) => usd !== '');
  return { ...rest, ...Object.fromEntries(named) };
}

export type CostMistake = 'unnamed' | 'twice' | 'unpriced';

/** What is wrong with a line, so that it cannot be saved. */
export function mistakeOf(row: CostRow, rows: readonly CostRow[]): CostMistake | undefined {
  const model = row.model.trim();
  if (model === '') return 'unnamed';
  if (rows.some((other) => other.key !== row.key && other.model.trim() === model)) return 'twice';
  return Object.keys(priceOf(row)).length === 0 ? 'unpriced' : undefined;
}
