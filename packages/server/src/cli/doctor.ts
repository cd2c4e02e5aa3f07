import { access, constants } from 'node:fs/promises';
import { openFoundation } from '../foundation.ts';
import { terminalLog } from './terminal-log.ts';
import type { Invocation, Verb } from './verb.ts';

type Check = { readonly name: string; readonly ok: boolean; readonly detail: string };

/** `tollgate doctor`: what stands in the way, in one look. */
export const doctor: Verb = {
  name: 'doctor',
  summary: 'Check environment, data directory, database, secret, configuration, and a running server.',
  options: {
    url: { value: 'URL', doc: 'Only ask a running server whether it is ready (for health checks).' },
    json: { doc: 'Print the checks as JSON.' },
  },
  async run(invocation) {
    const { url } = invocation.values;
    const checks = url === undefined ? await examine(invocation) : [await askServer(url)];
    if (invocation.switches.has('json')) invocation.out(JSON.stringify(checks));
    else for (const check of checks) invocation.out(`${check.ok ? 'ok  ' : 'FAIL'} ${check.name}: ${check.detail}`);
    return checks.every((check) => check.ok) ? 0 : 1;
  },
};

async function examine(invocation: Invocation): Promise<readonly Check[]> {
  const { environment } = invocation;
  const checks: Check[] = [{ name: 'environment', ok: true, detail: `Bun ${Bun.version}, port ${environment.port}` }];
  const startedMs = performance.now();
  try {
    const foundation = await openFoundation(environment, terminalLog(invocation.err));
    try {
      await access(environment.dataDir, constants.W_OK);
      checks.push({ name: 'data directory', ok: true, detail: 'writable' });
      const detail = `${foundation.database.kind}, up to date, answered in ${Math.round(performance.now() - startedMs)} ms`;
      checks.push({ name: 'database', ok: true, detail });
      checks.push({
        name: 'master secret',
        ok: true,
        detail: environment.secret ? 'from TOLLGATE_SECRET' : 'from the key file',
      });
      const { channels, models, routes } = foundation.snapshots.current();
      const served = new Set([...routes.values()].flatMap((group) => [...group.keys()]));
      checks.push({
        name: 'configuration',
        ok: true,
        detail: `${channels.size} channels serve ${served.size} models; ${models.size} models known`,
      });
    } finally {
      await foundation.close();
    }
  } catch (error) {
    checks.push({ name: 'start', ok: false, detail: error instanceof Error ? error.message : String(error) });
  }
  return checks;
}

async function askServer(url: string): Promise<Check> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(5000) });
    return { name: 'server', ok: response.ok, detail: (await response.text()).trim() };
  } catch (error) {
    return { name: 'server', ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
