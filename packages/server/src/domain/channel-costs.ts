import type { ChannelFields } from '@tollgate/contract/entities/channel';
import type { ServedAs } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import { parseDecimal } from './decimal.ts';
import type { Nanos } from './money.ts';
import { multiplierOne, type Multiplier, type Price } from './price.ts';
import { readPriceSheet } from './price-sheet.ts';
import { quoteEach, totalOf, type Charge, type UsedRequest } from './quote.ts';

/** What the provider of a channel charges: its own price list, and a share of our prices for what is not in it. */
export type ChannelCosts = {
  /** Of our price without any multiplier; undefined where that tells nothing. */
  readonly share: Multiplier | undefined;
  readonly prices: ReadonlyMap<string, Price>;
};

/** From what is stored of a channel, once. */
export function readChannelCosts(stored: ChannelFields['costs']): ChannelCosts | undefined {
  if (stored === null) return undefined;
  const { percentOfPrice, prices = {} } = stored;
  return {
    // Millionths: a percent is ten thousand of them.
    share: percentOfPrice === undefined ? undefined : parseDecimal(percentOfPrice, 4),
    prices: new Map(
      Object.entries(prices).map(([model, sheet]) => [
        model,
        { ...readPriceSheet(sheet), version: '', source: '', asOf: '' },
      ]),
    ),
  };
}

/** What a request cost us at its provider; undefined where nobody said what that charges. */
export function costOf(
  { share, prices }: ChannelCosts,
  request: {
    readonly upstreamModel: string;
    readonly usage: Usage;
    /** Of several that are charged together, what each has used. */
    readonly requests?: readonly UsedRequest[] | undefined;
    /** By our own price; undefined where the model has none. */
    readonly charge: Charge | undefined;
    readonly as: ServedAs | undefined;
    readonly at: number;
  },
): Nanos | undefined {
  const { usage, requests = [{ usage }], charge, as, at } = request;
  const price = prices.get(request.upstreamModel);
  if (price !== undefined) return quoteEach(requests, price, multiplierOne, { as, at }).amount;
  return share === undefined || charge === undefined ? undefined : totalOf(charge.lines, share);
}
