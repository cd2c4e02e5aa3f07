import { operations } from '@tollgate/contract/operations/list';
import type { Settings } from '@tollgate/contract/settings';
import { webhooks } from '@tollgate/contract/webhooks';
import { Refusal } from '../domain/refusal.ts';
import { captchaOrigins } from '../services/accounts/captcha.ts';
import { leaveUnread } from '../relay/answer/answer-unread.ts';
import type { AdminDeps } from './admin/admin-deps.ts';
import { docsPage, docsStyle } from './admin/docs-page.ts';
import { describeApi } from './admin/openapi.ts';
import { adminHandlers } from './admin/handlers.ts';
import { serveOperations } from './admin/serve-operations.ts';
import type { ConsoleFiles } from './built-console.ts';
import { imagePath, siteImagePaths } from '../services/site-images.ts';
import { createConsoleSite } from './console-site.ts';
import { answerFirstPage, firstPageFrames, firstPagePath } from './first-page.ts';
import { webManifest } from './manifest.ts';
import { problemAnswer, type ProblemLog } from './middleware/problem.ts';
import type { RequestInfo } from './middleware/request-info.ts';
import { isPlainHost } from './middleware/same-origin.ts';
import { contentSecurityPolicy, inlineHash, secureHeaders } from './middleware/security-headers.ts';
import { answerOwnAccount, ownAccountPath } from './own-account.ts';
import { scimPath, serveScim } from './scim/serve-scim.ts';
import { webhookHandlers } from './webhooks/handlers.ts';
import { serveWebhooks } from './webhooks/serve-webhooks.ts';

export type AppDeps = AdminDeps & {
  /** Puts into force in this process what a call has just written (Snapshots.refresh). */
  readonly refresh: () => Promise<void>;
  /** The built console; undefined serves a page that says that there is none. */
  readonly console: () => ConsoleFiles | undefined;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
  readonly log: ProblemLog;
};

export type App = {
  /** Answers every path that the relay does not. Never throws. */
  fetch(request: Request, info: RequestInfo): Promise<Response>;
};

const imageFolder = `/${imagePath('')}`;

/** The admin API, its documentation, webhooks, directories by SCIM, and the console. Throws when something declared has no handler. */
export function createApp(deps: AppDeps): App {
  const admin = serveOperations(operations, adminHandlers(deps), deps);
  const hooks = serveWebhooks(webhooks, webhookHandlers(deps), deps);
  const site = createConsoleSite(
    deps.console,
    () => siteImagePaths(deps.snapshot().settings.site).favicon,
    () => captchaOrigins(deps.snapshot().settings),
    () => firstPageFrames(deps.snapshot().settings.site.firstPage),
  );
  let openapi: string | undefined;
  let docs: string | undefined;
  const docsPolicy = contentSecurityPolicy({ styles: [inlineHash(docsStyle)] });

  const manifestOf = (own: Settings['site']): object => webManifest(own.name, siteImagePaths(own).favicon);

  const siteImage = async (name: string): Promise<Response> => {
    const image = await deps.siteImages.find(name);
    if (image === undefined)
      return new Response('not found', { status: 404, headers: { 'content-type': 'text/plain' } });
    // By an address, the image behind a name may be another one after a restart of all; by its hash, never.
    const age = name.startsWith('url-') ? 'max-age=86400' : 'max-age=31536000, immutable';
    return new Response(image.bytes, {
      headers: { 'content-type': image.contentType, 'cache-control': `public, ${age}` },
    });
  };

  const route = async (request: Request, info: RequestInfo): Promise<Response> => {
    if (!isPlainHost(request.headers.get('host')) || !isPlainHost(info.host))
      throw new Refusal('invalid_request', 'The Host header is not a host.');
    // A request without a Host (HTTP/1.0) has no more than its path here.
    const path = new URL(request.url, 'http://gateway').pathname;
    if (path.startsWith('/api/v1/')) return await admin.fetch(request, info);
    if (path === '/api/openapi.json') {
      openapi ??= JSON.stringify(describeApi(operations, deps.version), undefined, 2);
      return new Response(openapi, { headers: { 'content-type': 'application/json' } });
    }
    if (path === '/api/docs') {
      docs ??= docsPage(operations);
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': docsPolicy };
      return new Response(docs, { headers });
    }
    if (path === ownAccountPath) return await answerOwnAccount(deps.accounts, request, info);
    if (path === scimPath || path.startsWith(`${scimPath}/`)) return await serveScim(deps, request, info);
    if (path === '/api' || path.startsWith('/api/')) return await hooks.fetch(request, info);
    if (path === '/manifest.webmanifest')
      return new Response(JSON.stringify(manifestOf(deps.snapshot().settings.site)), {
        headers: { 'content-type': 'application/manifest+json', 'cache-control': 'public, max-age=300' },
      });
    if (path === firstPagePath) {
      const page = answerFirstPage(deps.snapshot().settings.site.firstPage);
      return page ?? new Response('not found', { status: 404, headers: { 'content-type': 'text/plain' } });
    }
    if (path.startsWith(imageFolder)) return await siteImage(path.slice(imageFolder.length));
    return site(request, path);
  };

  return {
    fetch: async (request, info) => {
      let response: Response;
      try {
        response = await route(request, info);
      } catch (thrown) {
        response = problemAnswer(thrown, info.requestId, deps.log);
      }
      secureHeaders(response.headers, info.secure);
      response.headers.set('x-request-id', info.requestId);
      return response.status < 400 ? response : await leaveUnread(request, response);
    },
  };
}
