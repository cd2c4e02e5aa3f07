import { access } from '@tollgate/contract/api/access';
import { Hono } from 'hono';
import type { z } from 'zod';
import type { Role } from '../../domain/snapshot.ts';
import { isAdmin, type AccountDeps } from '../../services/accounts/account-deps.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ClientInfo } from '../../services/accounts/sessions.ts';
import { identifyCaller } from '../middleware/identify-caller.ts';
import { invalidInput, problemAnswer, type ProblemLog } from '../middleware/problem.ts';
import { readJsonBody } from '../middleware/read-json.ts';
import type { RequestInfo } from '../middleware/request-info.ts';
import { isCrossSite, ownHostsOf, provesSameOrigin } from '../middleware/same-origin.ts';
import type { Caller, Operation } from './operation.ts';

export type ServeDeps = {
  readonly accounts: AccountDeps;
  /** Puts into force in this process what a call has just written; other processes see it within a second. */
  readonly refresh: () => Promise<void>;
  readonly log: ProblemLog;
};

type Environment = { Bindings: RequestInfo };

const allows: Record<'self' | 'admin' | 'root', (role: Role) => boolean> = {
  self: () => true,
  admin: isAdmin,
  root: (role) => role === 'root',
};

/**
 * The router of the admin API. It serves declared operations and nothing else: an operation without access, two for
 * one path, or a declared one that nobody serves stops the start.
 */
export function serveOperations(operations: readonly Operation[], deps: ServeDeps): Hono<Environment> {
  const app = new Hono<Environment>().basePath('/api/v1');
  const served = new Set<string>();
  const paths = new Set<string>();
  for (const operation of operations) {
    if (!Object.hasOwn(access, operation.name) || access[operation.name] !== operation.access)
      throw new Error(`operation ${operation.name} declares no access`);
    const place = `${operation.method} ${operation.path.replaceAll(/\{\w+\}/g, '{}')}`;
    if (served.has(operation.name) || paths.has(place)) throw new Error(`${operation.name} (${place}) is served twice`);
    served.add(operation.name);
    paths.add(place);
    app.on(operation.method, operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      const cookies: string[] = [];
      let response: Response;
      try {
        response = await answer(operation, deps, context.req.raw, context.env, cookies, {
          params: context.req.param(),
          query: context.req.query(),
        });
      } catch (thrown) {
        response = problemAnswer(thrown, context.env.requestId, deps.log);
      }
      for (const cookie of cookies) response.headers.append('set-cookie', cookie);
      return response;
    });
  }
  const missing = Object.keys(access).filter((name) => !served.has(name));
  if (missing.length > 0) throw new Error(`declared but not served: ${missing.join(', ')}`);
  app.notFound((context) =>
    problemAnswer(new Refusal('unknown_path', 'There is no such path.'), context.env.requestId, deps.log),
  );
  return app;
}

/** One call: who is it, may they, what do they say, do it, show what may be shown. */
async function answer(
  operation: Operation,
  deps: ServeDeps,
  request: Request,
  info: RequestInfo,
  cookies: string[],
  parts: { readonly params: Record<string, string>; readonly query: Record<string, string> },
): Promise<Response> {
  const client: ClientInfo = { headers: request.headers, address: info.clientIp, secure: info.secure };
  const caller = await admit(operation, deps, request, client, cookies);
  const input = {
    params: parse(operation.params, parts.params, ''),
    query: operation.query === undefined ? undefined : parse(operation.query, parts.query, ''),
    body: operation.body === undefined ? undefined : parse(operation.body, await readJsonBody(request), ''),
  };
  const result = await operation.handle(input, {
    client,
    requestId: info.requestId,
    caller: () => {
      if (caller === undefined) throw new Error(`${operation.name} is public and has no caller`);
      return caller;
    },
    setCookies: (lines) => void cookies.push(...lines),
  });
  if (operation.method !== 'get') await deps.refresh().catch(() => undefined);
  const headers = { 'cache-control': 'no-store' };
  if (operation.answer === undefined) return new Response(null, { status: 204, headers });
  // Parsed once more on its way out: a field that the contract does not name is an error, not a leak.
  const shown = operation.answer.safeParse(result);
  if (!shown.success)
    throw new Error(`the answer of ${operation.name} breaks its contract at ${invalidInput(shown.error).message}`);
  return Response.json(shown.data, { status: operation.name.endsWith('.create') ? 201 : 200, headers });
}

async function admit(
  operation: Operation,
  deps: ServeDeps,
  request: Request,
  client: ClientInfo,
  cookies: string[],
): Promise<Caller | undefined> {
  const hosts = ownHostsOf(request, deps.accounts.snapshot().settings.site.publicUrl);
  if (operation.access === 'public') {
    if (isCrossSite(request, hosts)) throw crossSite();
    return undefined;
  }
  const found = await identifyCaller(deps.accounts, client);
  if (found === undefined) throw new Refusal('unauthenticated', 'Sign in, or send a valid access token.');
  cookies.push(...found.cookies);
  const { caller } = found;
  if (caller.via === 'session' && !provesSameOrigin(request, hosts)) throw crossSite();
  if (!allows[operation.access](caller.user.role)) throw new Refusal('forbidden', 'Your role does not allow this.');
  if (caller.readOnly && operation.method !== 'get') throw new Refusal('forbidden', 'This token may only read.');
  return caller;
}

const crossSite = (): Refusal =>
  new Refusal('cross_site_request', 'This call does not prove to come from the console. Scripts use access tokens.');

function parse(schema: z.ZodType | undefined, value: unknown, prefix: string): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error, prefix);
  return result.data;
}
