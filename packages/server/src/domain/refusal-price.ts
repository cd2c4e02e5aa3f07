import type { Price } from './price.ts';

/** The part of a price that a refusal by the provider's filter costs; undefined where it costs nothing. No call and no token is part of it. */
export function refusalPrice({ rates, version, source, asOf }: Price): Price | undefined {
  const rate = rates.refusals ?? 0n;
  return rate > 0n
    ? { version, source, asOf, rates: { refusals: rate }, conditional: [], perCall: undefined }
    : undefined;
}
