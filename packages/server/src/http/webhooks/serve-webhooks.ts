import type { WebhookDeclarations } from '@tollgate/contract/webhooks';
import { Hono } from 'hono';
import { Refusal } from '../../domain/refusal.ts';
import { readBody } from '../../relay/receive/read-body.ts';
import { queryOf } from '../../relay/receive/query.ts';
import { problemAnswer, type ProblemLog } from '../middleware/problem.ts';
import type { RequestInfo } from '../middleware/request-info.ts';
import type { WebhookHandler, WebhookHandlers } from './webhook.ts';

export type WebhookDeps = {
  /** Puts into force in this process what a call has just written; other processes see it within a second. */
  readonly refresh: () => Promise<void>;
  readonly log: ProblemLog;
};

/** The router of the declared webhooks and callbacks, under `/api`. No session is looked at, and no origin. */
export function serveWebhooks<W extends WebhookDeclarations>(
  declared: W,
  handlers: WebhookHandlers<W>,
  deps: WebhookDeps,
): Hono<{ Bindings: RequestInfo }> {
  const app = new Hono<{ Bindings: RequestInfo }>().basePath('/api');
  // A handler's own declaration says which parameters it has; the router hands it the ones of that very path.
  const byName = new Map<string, WebhookHandler<never>>(Object.entries(handlers));
  for (const [name, { method, path, maxBytes }] of Object.entries(declared)) {
    const handler = byName.get(name);
    if (handler === undefined) throw new Error(`webhook ${name} is declared, but nobody answers it`);
    app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      const { req, env } = context;
      try {
        const params = req.param() as never;
        const secret = await handler.secret(params);
        if (secret === undefined || secret === '') throw unknownPath();
        const response = await handler.answer({
          params,
          query: queryOf(req.url),
          headers: req.raw.headers,
          body: await readBody(req.raw, maxBytes),
          secret,
          clientIp: env.clientIp,
          secure: env.secure,
          requestId: env.requestId,
        });
        if (method !== 'get') await deps.refresh().catch(() => undefined);
        if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
        return response;
      } catch (thrown) {
        return problemAnswer(thrown, env.requestId, deps.log);
      }
    });
  }
  app.notFound((context) => problemAnswer(unknownPath(), context.env.requestId, deps.log));
  return app;
}

const unknownPath = (): Refusal => new Refusal('unknown_path', 'There is no such path.');
