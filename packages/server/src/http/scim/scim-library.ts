import type SCIMMY from 'scimmy';
import type { AccountDeps } from '../../services/accounts/account-deps.ts';
import {
  findDirectoryGroup,
  listDirectoryGroups,
  removeDirectoryGroup,
  writeDirectoryGroup,
} from '../../services/directory/directory-groups.ts';
import {
  addDirectoryUser,
  changeDirectoryUser,
  findDirectoryUser,
  removeDirectoryUser,
  type DirectoryScope,
} from '../../services/directory/directory-users.ts';
import { listDirectoryUsers } from '../../services/directory/read-directory.ts';
import { groupResource, userResource, wantedGroup, wantedUser } from './scim-resources.ts';

/*
 * The library knows the schemas, filters, paths and patches of SCIM 2.0 (RFC 7643, 7644); what they act on is said here, once for
 * all directories: each call brings whose it is. It is loaded when a directory first calls.
 */

/** One call of a directory. `failure` is what went wrong beside what the library has words for. */
export type ScimCall = {
  readonly deps: AccountDeps;
  readonly scope: DirectoryScope;
  failure: Error | undefined;
};

export type Scim = Pick<typeof SCIMMY, 'Resources' | 'Types'>;

let loaded: Promise<Scim> | undefined;

export const loadScim = (): Promise<Scim> => (loaded ??= load());

async function load(): Promise<Scim> {
  const { default: scim } = await import('scimmy');
  const { Config, Resources } = scim;
  Config.set({
    patch: true,
    filter: { supported: true, maxResults: 200 },
    bulk: false,
    sort: true,
    etag: false,
    changePassword: false,
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The token that an owner of the team has made for its directory.',
      },
    ],
  });
  Resources.declare(Resources.User)
    .ingress(async ({ id }, user, call: ScimCall) => {
      const said: unknown = JSON.parse(JSON.stringify(user));
      return await kept(call, async ({ deps, scope }) => {
        if (id === undefined) return userResource(await addDirectoryUser(deps, scope, wantedUser(said, undefined)));
        const before = await findDirectoryUser(deps, scope, id);
        return userResource(await changeDirectoryUser(deps, scope, id, wantedUser(said, before)));
      });
    })
    .egress(async ({ id, filter }, call: ScimCall) =>
      kept(call, async ({ deps, scope }) => {
        if (id !== undefined) return userResource(await findDirectoryUser(deps, scope, id));
        const users = (await listDirectoryUsers(deps, scope)).map(userResource);
        return matching(users, filter);
      }),
    )
    .degress(async ({ id = '' }, call: ScimCall) =>
      kept(call, async ({ deps, scope }) => {
        await removeDirectoryUser(deps, scope, id);
      }),
    );
  Resources.declare(Resources.Group)
    .ingress(async ({ id }, group, call: ScimCall) => {
      const said: unknown = JSON.parse(JSON.stringify(group));
      return await kept(call, async ({ deps, scope }) =>
        groupResource(await writeDirectoryGroup(deps, scope, id, wantedGroup(said))),
      );
    })
    .egress(async ({ id, filter }, call: ScimCall) =>
      kept(call, async ({ deps, scope }) => {
        if (id !== undefined) return groupResource(await findDirectoryGroup(deps, scope, id));
        const groups = (await listDirectoryGroups(deps, scope)).map(groupResource);
        return matching(groups, filter);
      }),
    )
    .degress(async ({ id = '' }, call: ScimCall) =>
      kept(call, async ({ deps, scope }) => {
        await removeDirectoryGroup(deps, scope, id);
      }),
    );
  return scim;
}

/** Those that a filter lets through, which are the very same objects. */
function matching<T extends object>(
  all: readonly T[],
  filter: { match(values: object[]): unknown[] } | undefined,
): T[] {
  if (filter === undefined) return [...all];
  const through = new Set(filter.match([...all]));
  return all.filter((one) => through.has(one));
}

/** Keeps what goes wrong: the library calls everything that it does not know "not found". */
async function kept<T>(call: ScimCall, work: (call: ScimCall) => Promise<T>): Promise<T> {
  try {
    return await work(call);
  } catch (error) {
    call.failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  }
}
