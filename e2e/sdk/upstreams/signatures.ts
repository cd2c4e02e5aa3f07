import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Vendor } from './asked.ts';
import { Complaint, demand } from './demand.ts';

/** The signatures that the upstreams gave out, and what each of them covers. */
export type SignatureCache = {
  issue(by: Vendor, covers: unknown): string;
  /** Refuses a signature that `by` did not give out, or that covered something else. */
  check(by: Vendor, value: unknown, covers: unknown): void;
  /** Refuses a body in which a signature of another vendor's stands, or one still wrapped for a client to carry. */
  demandNoneOfOthers(by: Vendor, body: string): void;
};

export function openSignatureCache(): SignatureCache {
  const issued = new Map<string, { readonly by: Vendor; readonly covers: unknown }>();
  return {
    issue(by, covers) {
      // Base64 with padding, slashes and pluses: bytes that careless copying changes.
      const awkward = Buffer.from([0xff, 0xff, 0xbe]);
      const value = Buffer.concat([randomBytes(45), awkward, randomBytes(1)]).toString('base64');
      issued.set(value, { by, covers });
      return value;
    },
    check(by, value, covers) {
      const signature = typeof value === 'string' ? issued.get(value) : undefined;
      demand(signature?.by === by, `Invalid signature: ${String(value)} is none of ours`);
      demand(
        isDeepStrictEqual(signature.covers, covers),
        `Invalid signature: it covers ${JSON.stringify(signature.covers)}, not ${JSON.stringify(covers)}`,
      );
    },
    demandNoneOfOthers(by, body) {
      if (body.includes('tollgate-')) throw new Complaint("the gateway's own marks were sent upstream");
      for (const [value, signature] of issued) {
        if (signature.by !== by && body.includes(value))
          throw new Complaint(`a signature of ${signature.by}'s was sent to ${by}`);
      }
    },
  };
}
