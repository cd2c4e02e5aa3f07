import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A data directory that outlives one server. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tollgate-e2e-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
