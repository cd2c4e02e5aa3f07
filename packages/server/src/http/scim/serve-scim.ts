import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { queryOf } from '../../relay/receive/query.ts';
import { readBody } from '../../relay/receive/read-body.ts';
import type { AccountDeps } from '../../services/accounts/account-deps.ts';
import { directoryScope } from '../../services/directory/directory-users.ts';
import { findDirectoryToken } from '../../services/directory/directory-tokens.ts';
import { askedFrom } from '../../services/record-write.ts';
import { withoutEnd } from '../../domain/without-end.ts';
import type { ProblemLog } from '../middleware/problem.ts';
import type { RequestInfo } from '../middleware/request-info.ts';
import { loadScim, type Scim, type ScimCall } from './scim-library.ts';
import { keptOf, keptPatch } from './scim-resources.ts';

export const scimPath = '/scim/v2';

const maxBodyBytes = 1 << 20;
/** The library takes the square of the length of a filter or a list of attributes, and everybody else waits meanwhile. */
const maxFilterLength = 1000;

type ScimDeps = {
  readonly accounts: AccountDeps;
  /** Puts into force in this process what a call has just written. */
  readonly refresh: () => Promise<void>;
  readonly log: ProblemLog;
};

/** Answers a team's directory by SCIM 2.0. Whose it is, its token says; a path says nothing of it. Never throws. */
export async function serveScim(deps: ScimDeps, request: Request, info: RequestInfo): Promise<Response> {
  try {
    const text = request.headers.get('authorization')?.replace(/^Bearer /i, '') ?? '';
    const token = await findDirectoryToken(deps.accounts, text);
    if (token === undefined) return problem(401, 'This needs the token of a directory.', undefined);
    const scim = await loadScim();
    const base = `${withoutEnd(deps.accounts.snapshot().settings.site.publicUrl, '/')}${scimPath}`;
    const call: ScimCall = { deps: deps.accounts, scope: directoryScope(token.teamId), failure: undefined };
    const origin = { address: info.clientIp, reason: null };
    return await askedFrom(origin, async () => await answer(deps, scim, base, call, request));
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    deps.log.error({ error, requestId: info.requestId }, 'a call of a directory failed');
    return problem(500, `Something went wrong (${info.requestId}).`, undefined);
  }
}

async function answer(deps: ScimDeps, scim: Scim, base: string, call: ScimCall, request: Request): Promise<Response> {
  try {
    const done = await act(scim, base, call, request);
    if (request.method !== 'GET') await deps.refresh().catch(() => undefined);
    return done;
  } catch (error) {
    const { failure = error } = call;
    if (failure instanceof Refusal) return refused(failure);
    if (failure instanceof scim.Types.Error) return problem(failure.status, failure.message, failure.scimType);
    if (failure instanceof TypeError && call.failure === undefined)
      return problem(400, failure.message, 'invalidValue');
    throw failure;
  }
}

/** Does what a call asks for; refuses paths and methods that there are not. */
async function act(scim: Scim, base: string, call: ScimCall, request: Request): Promise<Response> {
  const { Resources } = scim;
  const [kind = '', id, ...rest] = partsOf(new URL(request.url).pathname.slice(scimPath.length + 1));
  const query = Object.fromEntries(queryOf(request.url));
  for (const [name, value] of Object.entries(query)) if (value.length > maxFilterLength) throw tooLong(name);
  const known = { Schemas: Resources.Schema, ResourceTypes: Resources.ResourceType } as const;
  if (rest.length > 0) throw nothingThere();
  if (kind === 'ServiceProviderConfig' && id === undefined) {
    Resources.ServiceProviderConfig.basepath(base);
    return json(await new Resources.ServiceProviderConfig().read());
  }
  if (kind === 'Schemas' || kind === 'ResourceTypes') {
    const Described = known[kind];
    Described.basepath(base);
    return json(await (id === undefined ? new Described() : new Described(id)).read());
  }
  if (kind !== 'Users' && kind !== 'Groups') throw nothingThere();
  Resources.User.basepath(base);
  Resources.Group.basepath(base);
  const config = id === undefined ? pageOf(query) : shownOf(query);
  const resource = kind === 'Users' ? new Resources.User(id, config) : new Resources.Group(id, config);
  switch (`${request.method} ${id === undefined ? 'all' : 'one'}`) {
    case 'GET all':
    case 'GET one':
      return json(await resource.read(call));
    case 'POST all':
      return json(await resource.write(keptOf(await bodyOf(request)), call), 201);
    case 'PUT one':
      await resource.read(call);
      return json(await resource.write(keptOf(await bodyOf(request)), call));
    case 'PATCH one': {
      const kept = keptPatch(await bodyOf(request), maxFilterLength);
      if (kept === undefined) return json(await resource.read(call));
      // The library checks what it is given.
      const patched = await resource.patch(kept as Parameters<typeof resource.patch>[0], call);
      return patched === undefined ? new Response(null, { status: 204 }) : json(patched);
    }
    case 'DELETE one':
      await resource.dispose(call);
      return new Response(null, { status: 204 });
    default:
      return problem(405, 'There is no such method here.', undefined);
  }
}

function partsOf(path: string): readonly string[] {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    throw nothingThere();
  }
}

const tooLong = (name: string): Refusal =>
  new Refusal('invalid_request', `${name} has more than ${maxFilterLength} characters.`, { param: name });

const nothingThere = (): Refusal => new Refusal('not_found', 'There is no such resource.');

type Query = Readonly<Record<string, string>>;

const shownOf = ({ attributes, excludedAttributes }: Query) => ({
  ...(attributes !== undefined && { attributes }),
  ...(excludedAttributes !== undefined && { excludedAttributes }),
});

const pageOf = ({ filter, startIndex, count, sortBy, sortOrder, ...query }: Query) => ({
  ...shownOf(query),
  ...(filter !== undefined && { filter }),
  ...(startIndex !== undefined && { startIndex: Number(startIndex) }),
  ...(count !== undefined && { count: Number(count) }),
  ...(sortBy !== undefined && { sortBy }),
  ...(sortOrder !== undefined && { sortOrder }),
});

async function bodyOf(request: Request): Promise<unknown> {
  const bytes = await readBody(request, maxBodyBytes);
  try {
    return z.json().parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw new Refusal('invalid_json', 'The body is not JSON.');
  }
}

function refused({ code, status, message }: Refusal): Response {
  const kinds: Readonly<Record<string, string>> = {
    conflict: 'uniqueness',
    invalid_request: 'invalidValue',
    invalid_json: 'invalidSyntax',
  };
  return problem(status, message, kinds[code]);
}

const problem = (status: number, detail: string, scimType: string | undefined): Response =>
  json(
    {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType && { scimType }),
      detail,
    },
    status,
    status === 401 ? { 'www-authenticate': 'Bearer' } : {},
  );

const json = (value: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/scim+json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
