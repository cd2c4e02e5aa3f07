import type { LeaseGrant } from '../../store/ledger/leases.ts';

/** What is known of the gateways that are asked for their idle leases while one wait for a meter lasts. */
export type RecallWatch = {
  /** The most that may still come from others. Told what the database said to each asking of this wait. */
  mayCome(said: Pick<LeaseGrant, 'othersLeased' | 'recalls'>): bigint;
};

/** A recall as this process saw it first: by whose asking, and when. */
type Seen = { readonly askedAt: number; readonly since: number; readonly answeredBefore: boolean };

/**
 * Silence is no answer: a gateway that is busy, or queues for the meter's row, may have the money that is asked for. When `waitMs`
 * are over, those who answered have said what they have idle, and the leases of all others may still come: of those who have not
 * answered at all, or not to a recall that has stood for as long. A `waitMs` of 0 waits for nobody.
 */
export function watchRecalls(now: () => number, waitMs: number): RecallWatch {
  let begun: number | undefined;
  let seen: ReadonlyMap<string, Seen> = new Map();
  return {
    mayCome({ othersLeased, recalls }) {
      if (waitMs === 0) return 0n;
      const at = now();
      begun ??= at;
      const before = seen;
      seen = new Map(
        recalls.map(({ nodeId, askedAt }) => {
          const known = before.get(nodeId);
          const isSame = known?.askedAt === askedAt;
          return [nodeId, isSame ? known : { askedAt, since: at, answeredBefore: known !== undefined }];
        }),
      );
      if (at - begun < waitMs) return othersLeased;
      const isSilent = (nodeId: string): boolean => {
        const known = seen.get(nodeId);
        return known === undefined || !known.answeredBefore || at - known.since >= waitMs;
      };
      return recalls.reduce((sum, { nodeId, leased }) => (isSilent(nodeId) ? sum + leased : sum), 0n);
    },
  };
}
