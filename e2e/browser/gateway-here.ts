import { consoleFiles } from '@tollgate/server/console-files';
import { createApp } from '@tollgate/server/http/app';
import { openConsole } from '@tollgate/server/http/built-console';
import type { openTestApp } from '@tollgate/server/http/testing/admin-app';

/** Listens for a gateway of this process, with its console: for flows whose outside the test itself plays. */
export async function serveHere({ deps }: Pick<Awaited<ReturnType<typeof openTestApp>>, 'deps'>) {
  const built = await openConsole(consoleFiles, Date.now, () => undefined);
  const gate = createApp({ ...deps, console: () => built.files() });
  let requests = 0;
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) =>
      gate.fetch(request, {
        clientIp: '127.0.0.1',
        secure: false,
        host: request.headers.get('host'),
        requestId: `req_${(requests += 1)}`,
      }),
  });
}
