import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Vendor } from './asked.ts';
import { Complaint, demand } from './demand.ts';

/** The seals that the upstreams gave out, and what each of them covers. */
export type SealBook = {
  issue(by: Vendor, covers: unknown): string;
  /** Refuses a seal that `by` did not give out, or that covered something else. */
  check(by: Vendor, value: unknown, covers: unknown): void;
  /** Refuses a body in which a seal of another vendor's stands, or one still wrapped for a client to carry. */
  demandNoneOfOthers(by: Vendor, body: string): void;
};

export function openSealBook(): SealBook {
  const issued = new Map<string, { readonly by: Vendor; readonly covers: unknown }>();
  return {
    issue(by, covers) {
      // Base64 with padding, a slash and a plus: bytes that careless copying changes.
      const value = `${randomBytes(46).toString('base64').replace(/==$/, '')}/+==`;
      issued.set(value, { by, covers });
      return value;
    },
    check(by, value, covers) {
      const seal = typeof value === 'string' ? issued.get(value) : undefined;
      demand(seal?.by === by, `Invalid signature: ${String(value)} is none of ours`);
      demand(
        isDeepStrictEqual(seal.covers, covers),
        `Invalid signature: it covers ${JSON.stringify(seal.covers)}, not ${JSON.stringify(covers)}`,
      );
    },
    demandNoneOfOthers(by, body) {
      if (body.includes('tollgate-')) throw new Complaint("the gateway's own marks were sent upstream");
      for (const [value, seal] of issued) {
        if (seal.by !== by && body.includes(value)) throw new Complaint(`a seal of ${seal.by}'s was sent to ${by}`);
      }
    },
  };
}
