import type { DayCost } from '../../providers/account.ts';
import type { AnyProvider } from '../../providers/define.ts';
import { parseDecimal } from '../../domain/decimal.ts';
import type { ProviderCost } from '../../store/billing-accounts.ts';

/** By id. */
export type Providers = ReadonlyMap<string, AnyProvider>;

/** Providers that tell what they charge, as a form shows them. */
export const withCostReports = (providers: Providers) =>
  [...providers.values()].flatMap(({ id, label, costReport }) =>
    costReport === undefined ? [] : [{ id, label, keyHelp: costReport.keyHelp }],
  );

/** Digits that a report may have after the point: floats of vendors have up to twenty. */
const digits = 30;
const perNano = 10n ** BigInt(digits - 9);

/** Decimal dollars as the nearest nano-dollar; undefined for what is no decimal, or more than a hundred million. */
export function nearestNanos(usd: string): bigint | undefined {
  const exact = parseDecimal(usd, digits);
  if (exact === undefined) return undefined;
  const size = exact < 0n ? -exact : exact;
  const rounded = (size + perNano / 2n) / perNano;
  if (rounded > 10n ** 17n) return undefined;
  return exact < 0n ? -rounded : rounded;
}

/** One amount for each day and model; undefined when an amount is none. */
export function sumCosts(costs: readonly DayCost[]): readonly ProviderCost[] | undefined {
  const sums = new Map<string, ProviderCost>();
  for (const { day, model, usd } of costs) {
    const amount = nearestNanos(usd);
    if (amount === undefined) return undefined;
    const name = model.slice(0, 200);
    const key = `${day} ${name}`;
    sums.set(key, { day, model: name, amount: amount + (sums.get(key)?.amount ?? 0n) });
  }
  return [...sums.values()];
}
