import type { Json } from '@tollgate/wire/protocol';
import { priceOfRequest, readsRequest } from '../../domain/price-expression/asked.ts';
import type { Asked } from '../../domain/price-expression/program.ts';
import type { Price } from '../../domain/price.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { AskedLines } from '../../domain/stored-object.ts';
import type { Endpoint } from '../../relay/endpoint.ts';
import { mostOf } from '../../relay/plan/hold.ts';
import type { Candidate, Inspected } from '../../relay/request-context.ts';

/** A request of a batch, under the name by which its result is known. */
export type BatchLine = readonly [name: string, body: Json];

/** In how many ways the requests of a batch may differ as far as their price cares: each is worked out before it begins. */
const mostWays = 500;

/** Whether a price goes by what is asked, so that each request of a batch may have another. */
export const goesByRequest = (price: Price | undefined): boolean =>
  price?.program !== undefined && readsRequest(price.program);

/** Reads what a price goes by of the requests of a batch, one after the other. Throws the refusal of too many ways. */
export function openAsked(
  price: Price,
  headers: { get(name: string): string | null },
): { read(line: BatchLine): void; all(): AskedLines } {
  const words: Asked[] = [];
  const known = new Map<string, number>();
  const of = new Map<string, number>();
  return {
    read([name, body]) {
      const { asked } = priceOfRequest(price, body, headers);
      if (!asked) return;
      const text = JSON.stringify(asked);
      let index = known.get(text);
      if (index === undefined) {
        index = words.push(asked) - 1;
        known.set(text, index);
        if (words.length > mostWays)
          throw new Refusal(
            'invalid_request',
            `The requests of a batch of this model may differ in ${mostWays} ways at most in what its price goes by. Make several.`,
          );
      }
      of.set(name, index);
    },
    all: () => ({ words, of: Object.fromEntries(of) }),
  };
}

/** What a price goes by of requests that are at hand; undefined where it goes by none. */
export function askedOf(
  price: Price | undefined,
  lines: Iterable<BatchLine>,
  headers: { get(name: string): string | null },
): AskedLines | undefined {
  if (price === undefined || !goesByRequest(price)) return undefined;
  const asked = openAsked(price, headers);
  for (const line of lines) asked.read(line);
  return asked.all();
}

/** A candidate at what the dearest of a batch's requests would cost there: by that money is set aside for all of them. */
export function atDearest(
  endpoint: Endpoint,
  context: Inspected,
  candidate: Candidate,
  asked: AskedLines | undefined,
): Candidate {
  const { price } = candidate;
  if (!price || !asked) return candidate;
  let dearest = price;
  let most = -1n;
  for (const one of asked.words) {
    const own = { ...price, asked: one };
    const amount = mostOf(endpoint, context, candidate, own, context.summary);
    if (amount > most) [dearest, most] = [own, amount];
  }
  return { ...candidate, price: dearest };
}
