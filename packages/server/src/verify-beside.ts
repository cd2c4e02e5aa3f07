import { z } from 'zod';
import type { Environment } from './env.ts';
import { ownCommand } from './own-command.ts';
import { verify, type Verification } from './services/ledger/verify.ts';
import type { Database } from './store/database.ts';

const verdictSchema = z.object({
  unexplained: z.number(),
  problems: z.array(
    z.object({
      check: z.string(),
      subject: z.string(),
      found: z.string(),
      expected: z.string(),
      unit: z.enum(['nanos', 'plain']),
    }),
  ),
});

/**
 * Recomputes the books without stopping what is served. A database server does the work itself; SQLite would do it in this
 * process, and all streams would stand still: there `tollgate verify` is run beside it.
 */
export async function verifyBeside(
  { database, environment }: { readonly database: Database; readonly environment: Environment },
  signal: AbortSignal,
): Promise<Verification> {
  const command = database.kind === 'sqlite' ? ownCommand() : undefined;
  if (command === undefined) return await verify(database, Date.now());
  const child = Bun.spawn([...command, 'verify', '--json'], {
    env: {
      TOLLGATE_DATA: environment.dataDir,
      DATABASE_URL: environment.databaseUrl,
      ...(environment.secret !== undefined && { TOLLGATE_SECRET: environment.secret }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const code = await child.exited;
  // 1 is a verdict, too: something does not fit.
  if (code !== 0 && code !== 1) throw new Error(`verify ended with ${code}: ${err.slice(-500)}`);
  const { data } = verdictSchema.safeParse(readJson(out));
  if (data === undefined) throw new Error(`verify gave no verdict: ${err.slice(-500)}`);
  return data;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
