import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { verifyChain, type ChainProblem, type ChainVerdict, type Link } from '../../store/configuration/audit-chain.ts';
import { auditSealRepository, type AuditSeal } from '../../store/configuration/audit-seals.ts';
import { isUniqueViolation, type Database } from '../../store/database.ts';
import { jobHandler, jobKind, type JobHandler } from '../jobs/job-kind.ts';
import { auditSealContext } from '../secret-box/contexts.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';

/*
 * Whoever can write to the database could make the chain of the audit log anew from some entry on. So its end is sealed every minute under a key that
 * stands in no database: a chain that was made anew does not fit the seals that were made before, and nobody without the key makes others.
 */

type SealDeps = {
  readonly database: Database;
  readonly secretBox: Pick<SecretBox, 'seal' | 'open' | 'knows' | 'reload'>;
};

const sealKind = jobKind({ name: 'audit.seal', payload: z.strictObject({}), schedule: every(60_000) });

/** The job that seals what has come since. */
export const auditSealJobs = (deps: SealDeps & { readonly now: () => number }): readonly JobHandler[] => [
  jobHandler(sealKind, async () => {
    await sealAudit(deps, deps.now());
    return undefined;
  }),
];

const placeSchema = z.strictObject({ seq: z.int(), hash: z.string() });

/** Seals the end of the chain, unless it is; of two processes at once one does. */
export async function sealAudit({ database, secretBox }: SealDeps, at: number): Promise<void> {
  const next = await auditSealRepository.next(database.db);
  if (next === undefined) return;
  const { number, head } = next;
  const sealed = secretBox.seal(JSON.stringify(head), auditSealContext(String(number)));
  try {
    await auditSealRepository.insert(database.db, { number, seq: head.seq, sealed, at });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
}

/** How the chain stands, with what the seals say of it. */
export type SealedVerdict = Omit<ChainVerdict, 'problems'> & {
  /** The last entry that a seal vouches for; null without one. */
  readonly sealedTo: number | null;
  readonly problems: readonly (ChainProblem | { readonly seq: number; readonly kind: 'seal' })[];
};

const pageSize = 500;

/** Follows the whole chain, and holds it against the seals. */
export async function verifyAudit(deps: SealDeps): Promise<SealedVerdict> {
  await deps.secretBox.reload();
  const verdict = await verifyChain(deps.database);
  const problems: SealedVerdict['problems'][number][] = [...verdict.problems];
  let last: AuditSeal | undefined;
  for (;;) {
    const page = await auditSealRepository.after(deps.database.db, last?.number ?? 0, pageSize);
    const hashes = await auditSealRepository.hashes(
      deps.database.db,
      page.map(({ seq }) => seq),
    );
    for (const seal of page) {
      const follows = last === undefined || seal.number === last.number + 1;
      if (!follows || !vouches(deps, seal, verdict, hashes.get(seal.seq)))
        problems.push({ seq: seal.seq, kind: 'seal' });
      last = seal;
    }
    if (page.length < pageSize) break;
  }
  return { ...verdict, sealedTo: last?.seq ?? null, problems: problems.slice(0, 20) };
}

/** Whether a seal is ours and says of its entry what stands there. */
function vouches(
  { secretBox }: SealDeps,
  seal: AuditSeal,
  { anchor }: Pick<ChainVerdict, 'anchor'>,
  stands: string | undefined,
): boolean {
  const place = opened(secretBox, seal);
  if (place?.seq !== seal.seq) return false;
  return place.hash === (seal.seq === anchor.seq ? anchor.hash : stands);
}

function opened(secretBox: SealDeps['secretBox'], { number, sealed }: AuditSeal): Link | undefined {
  try {
    return placeSchema.parse(JSON.parse(secretBox.open(sealed, auditSealContext(String(number)))));
  } catch {
    // Sealed by nobody of ours, or for another place.
    return undefined;
  }
}
