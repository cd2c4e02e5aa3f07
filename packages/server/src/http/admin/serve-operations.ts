import type { Declaration, Declarations, EventsDeclaration } from '@tollgate/contract/operations/declare';
import { proofHeader } from '@tollgate/contract/api/proof-header';
import { Hono } from 'hono';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import type { AccountDeps } from '../../services/accounts/account-deps.ts';
import type { ClientInfo } from '../../services/accounts/client-info.ts';
import { requireProof } from '../../services/accounts/proofs.ts';
import { askedFrom } from '../../services/record-write.ts';
import { admitAnybody, admitCaller } from '../middleware/admit.ts';
import { invalidInput, problemAnswer, type ProblemLog } from '../middleware/problem.ts';
import { bodyLimitOf, readJsonBody } from '../middleware/read-json.ts';
import type { RequestInfo } from '../middleware/request-info.ts';
import { fileAnswer, jsonAnswer, redirectAnswer, shownBy } from './answer.ts';
import { eventStream } from './event-stream.ts';
import type { Caller, CallerContext, Handlers, OperationContext, RelayedContext } from './operation.ts';

export type ServeDeps = {
  readonly accounts: AccountDeps;
  /** Puts into force in this process what a call has just written; other processes see it within a second. */
  readonly refresh: () => Promise<void>;
  /** Aborted when the gateway stops, which ends open event streams. */
  readonly stopping: AbortSignal;
  /** How often an event stream gives a sign of life, and asks whether its client may still see it. Default 15 s. */
  readonly heartbeatMs?: number;
  readonly log: ProblemLog;
};

type Environment = { Bindings: RequestInfo };

/** A handler whose types are checked and gone. */
type AnyHandler = (received: unknown, context: OperationContext) => Promise<unknown>;

type Call = {
  readonly name: string;
  readonly declared: Declaration;
  readonly handle: AnyHandler;
  readonly request: Request;
  readonly info: RequestInfo;
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly cookies: string[];
};

/**
 * The router of the admin API: it serves what is declared, by the handlers of the same names. Two operations for one
 * path, or a declared one without its handler, stop the start.
 */
export function serveOperations<A extends Declarations>(
  declarations: A,
  handlers: Handlers<A>,
  deps: ServeDeps,
): Hono<Environment> {
  const app = new Hono<Environment>().basePath('/api/v1');
  const paths = new Set<string>();
  const byName: Readonly<Record<string, unknown>> = handlers;
  for (const [name, declared] of Object.entries<Declaration>(declarations)) {
    const place = `${declared.method} ${declared.path.replaceAll(/\{\w+\}/g, '{}')}`;
    if (paths.has(place)) throw new Error(`${name} (${place}) is served twice`);
    paths.add(place);
    const handle = byName[name];
    if (typeof handle !== 'function') throw new Error(`declared but not served: ${name}`);
    app.on(declared.method, declared.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      const { req, env: info } = context;
      const cookies: string[] = [];
      let response: Response;
      try {
        response = await answer(deps, {
          name,
          declared,
          // The types of a handler are those of its declaration, whose schemas parse what it is given and what it returns.
          handle: handle as AnyHandler,
          request: req.raw,
          info,
          params: req.param(),
          query: req.query(),
          cookies,
        });
      } catch (thrown) {
        response = problemAnswer(thrown, info.requestId, deps.log);
      }
      for (const cookie of cookies) response.headers.append('set-cookie', cookie);
      return response;
    });
  }
  app.notFound((context) =>
    problemAnswer(new Refusal('unknown_path', 'There is no such path.'), context.env.requestId, deps.log),
  );
  return app;
}

/** One call: who is it, may they, what do they say, do it, show what may be shown. */
async function answer(deps: ServeDeps, call: Call): Promise<Response> {
  const { name, declared, request, info, cookies } = call;
  const client: ClientInfo = { headers: request.headers, address: info.clientIp, secure: info.secure };
  const admitted = await admit(deps, call, client);
  const received = {
    params: parse(declared.params, call.params),
    query: parse(declared.query, call.query),
    body:
      declared.body === undefined
        ? undefined
        : parse(declared.body, await readJsonBody(request, bodyLimitOf(declared.permission))),
  };
  if (admitted !== undefined) await refuseWithoutProof(deps, call, admitted.caller, received.body);
  const ending = new AbortController();
  const context: OperationContext | CallerContext | RelayedContext = {
    client,
    requestId: info.requestId,
    get signal() {
      // Made for those who ask.
      return declared.kind === 'events' ? ending.signal : AbortSignal.any([request.signal, deps.stopping]);
    },
    setCookies: (lines) => void cookies.push(...lines),
    ...admitted,
    ...(declared.kind === 'relayed' && { request }),
  };
  const origin = { address: info.clientIp, reason: reasonOf(request) };
  const result = await askedFrom(origin, () => call.handle(received, context));
  if (declared.kind === 'relayed') return relayedSchema.parse(result);
  if (declared.method !== 'get') await deps.refresh().catch(() => undefined);
  switch (declared.kind) {
    case 'file':
      return fileAnswer(name, declared, result);
    case 'redirect':
      return redirectAnswer(name, declared, result);
    case 'events':
      return eventsAnswer(deps, { ...call, declared }, client, ending, result);
    default:
      return jsonAnswer(name, declared, result);
  }
}

const maxReason = 300;

/** Why a call is made, for the audit log: a header, percent-encoded where it is more than ASCII. */
function reasonOf(request: Request): string | null {
  const given = request.headers.get('tollgate-reason');
  if (given === null) return null;
  let text = given;
  try {
    text = decodeURIComponent(given);
  } catch {
    // Not encoded, but with a % of its own.
  }
  return (
    text
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, maxReason)
      // Half a sign at the end would be kept as something else than was hashed.
      .toWellFormed() || null
  );
}

/** Who may make the call: nothing for a public operation, otherwise the caller and whose things they reach. */
async function admit(
  deps: ServeDeps,
  { declared, request, info, cookies }: Call,
  client: ClientInfo,
): Promise<Pick<CallerContext, 'caller' | 'reach'> | undefined> {
  if (declared.permission === 'public') {
    admitAnybody(deps.accounts, { request, host: info.host });
    return undefined;
  }
  const asked = { request, host: info.host };
  const { cookies: renewed, ...admitted } = await admitCaller(deps.accounts, asked, client, declared.permission);
  cookies.push(...renewed);
  return admitted;
}

/** Whether a call is one of those of its operation that want a proof. */
function isGuarded(
  proof: NonNullable<Declaration['proof']>,
  params: Readonly<Record<string, string>>,
  body: unknown,
): boolean {
  if (proof === true) return true;
  if ('param' in proof) return proof.among.some((one) => one === params[proof.param]);
  return typeof body === 'object' && body !== null && proof.fields.some((field) => field in body);
}

/** For what concerns secrets, money or rights, a session must show who sits there. */
async function refuseWithoutProof(deps: ServeDeps, call: Call, caller: Caller, body: unknown): Promise<void> {
  const { proof } = call.declared;
  if (proof === undefined || caller.via !== 'session') return;
  if (!isGuarded(proof, call.params, body)) return;
  const deed = { operation: call.name, params: call.params };
  await requireProof(deps.accounts, caller, deed, call.request.headers.get(proofHeader));
}

/** Server-sent events until the handler has no more, the client leaves, or its session, token or role no longer allows them. */
function eventsAnswer(
  deps: ServeDeps,
  { name, declared, request, info }: Omit<Call, 'declared'> & { readonly declared: EventsDeclaration },
  client: ClientInfo,
  ending: AbortController,
  result: unknown,
): Response {
  const { permission } = declared;
  const events = eventsSchema.parse(result);
  const stream = eventStream(textsOf(name, declared.event, events), {
    ending,
    until: [request.signal, deps.stopping],
    heartbeatMs: deps.heartbeatMs ?? 15_000,
    stillAllowed: async () => {
      // A renewed session's cookie could not be sent any more: the next call renews it.
      const asked = { request, host: info.host };
      if (permission !== 'public') await admitCaller(deps.accounts, asked, client, permission, { renew: false });
      return true;
    },
    problemOf: async (thrown) => await problemAnswer(thrown, info.requestId, deps.log).text(),
  });
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // Proxies of the nginx family hold answers back otherwise.
      'x-accel-buffering': 'no',
    },
  });
}

/** Its bytes are the endpoint's, and pass as they are. */
const relayedSchema = z.instanceof(Response);

const eventsSchema = z.custom<AsyncIterable<unknown>>(
  (value) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
);

async function* textsOf(name: string, event: z.ZodType, events: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const one of events) yield JSON.stringify(shownBy(event, one, name));
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error);
  return result.data;
}
