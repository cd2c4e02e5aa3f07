import type { PriceTrial, TriedPrice } from '@tollgate/contract/api/price-trials';
import { globalGeo } from '@tollgate/wire/ir/served-as';
import type { Usage } from '@tollgate/wire/ir/usage';
import { holdAmount } from '../../domain/hold-amount.ts';
import { writeNanos } from '../../domain/money.ts';
import { priceOfRequest } from '../../domain/price-expression/asked.ts';
import { mostOfUsage } from '../../domain/price-expression/rates-of.ts';
import { multiplierOne } from '../../domain/price.ts';
import { readPriceSheet } from '../../domain/price-sheet.ts';
import { quote } from '../../domain/quote.ts';
import { priceOf, problemOf } from './program-of.ts';

/** What a price comes to for a request, in force or not; as hold and bill are made of it. */
export async function workOut(trial: PriceTrial, now: number): Promise<TriedPrice> {
  const terms = readPriceSheet(trial.price);
  const program = terms.expression === undefined ? undefined : await problemOf(terms);
  if (typeof program === 'string') return { problem: program, lines: null, amountNanos: null, holdNanos: null };
  const { usage: told, serviceTier: tier, geo, at = now, body = {}, headers = {} } = trial;
  const usage: Usage = Object.fromEntries(Object.entries(told).filter(([, count]) => count !== undefined));
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const price = priceOfRequest(priceOf(terms, program), body, { get: (name) => byName.get(name) ?? null });
  const charge = quote(usage, price, multiplierOne, { as: { tier, geo }, at });
  const held = holdAmount(
    { ...mostOfUsage(usage), tiers: tier === undefined ? ['standard'] : [tier], geos: [geo ?? globalGeo], at },
    price,
    multiplierOne,
  );
  return {
    problem: null,
    lines: charge.lines.map(({ bucket, quantity, rate, condition = null }) => ({
      bucket,
      quantity,
      rateNanos: `${rate}`,
      condition,
    })),
    amountNanos: writeNanos(charge.amount),
    holdNanos: writeNanos(held),
  };
}
