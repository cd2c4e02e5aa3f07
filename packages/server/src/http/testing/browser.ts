import { z } from 'zod';
import type { openTestApp, Reply } from './admin-app.ts';

type Call = Awaited<ReturnType<typeof openTestApp>>['call'];

/** A browser with a jar of cookies, on a page of the gateway's own. */
export function openBrowser(call: Call, clientIp = '203.0.113.7') {
  const jar = new Map<string, string>();
  return {
    jar,
    async send(
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Reply> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const reply = await call(method, path, {
        ...(body !== undefined && { body }),
        ...(cookie !== '' && { cookie }),
        clientIp,
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
      });
      for (const line of reply.headers.getSetCookie()) {
        const [pair = '', ...flags] = line.split(';');
        const at = pair.indexOf('=');
        const gone = flags.some((flag) => /^\s*max-age=0$/i.test(flag));
        if (gone) jar.delete(pair.slice(0, at));
        else jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      return reply;
    },
  };
}

export type Browser = ReturnType<typeof openBrowser>;

const problem = z.object({ error: z.object({ code: z.string() }) });

/** The code of a refusal, or the status of what was none. */
export const outcomeOf = (reply: Reply): string =>
  problem.safeParse(reply.json).data?.error.code ?? String(reply.status);
