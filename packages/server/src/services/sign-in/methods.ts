import type { SignInMethodInput, SignInMethodPatch, SignInMethodView } from '@tollgate/contract/api/sign-in';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { identityRepository } from '../../store/sign-in/identities.ts';
import { signInMethodRepository, type StoredSignInMethod } from '../../store/sign-in/methods.ts';
import { toJson } from '../configuration/masking.ts';
import { recordWrite } from '../record-write.ts';
import { redirectUriOf } from './open-method.ts';
import type { SignInDeps } from './sign-in-deps.ts';
import { openSecrets, signInInputOf, wantSignInMethod } from './want-method.ts';

/** The methods of a team, or without one those of the gateway's own. */
export async function listSignInMethods(deps: SignInDeps, teamId?: string): Promise<SignInMethodView[]> {
  const { db } = deps.accounts.database;
  const counts = await identityRepository.countByMethod(db);
  const methods = await signInMethodRepository.ofTeam(db, teamId);
  return await Promise.all(methods.map(async (method) => await present(deps, method, counts.get(method.id) ?? 0)));
}

/** Whose a method is: a team's, or without one the gateway's own. */
export type MethodPlace = Pick<StoredSignInMethod, 'teamId' | 'administrators'>;
const ofGateway: MethodPlace = { teamId: undefined, administrators: false };

export async function createSignInMethod(
  deps: SignInDeps,
  actor: string,
  input: SignInMethodInput,
  place = ofGateway,
): Promise<SignInMethodView> {
  const at = deps.accounts.now();
  const id = `sim_${deps.accounts.newId()}`;
  const fixed = { ...place, id, owner: undefined, createdAt: at, updatedAt: at };
  const method = wantSignInMethod(deps, input, fixed);
  await write(deps, async (db) => await writeSignInMethod(db, { actor, at, before: undefined, after: method }));
  return await present(deps, method, 0);
}

/** Changes what the patch names; a secret that it does not name stays. */
export async function changeSignInMethod(
  deps: SignInDeps,
  actor: string,
  id: string,
  patch: SignInMethodPatch & { readonly administrators?: boolean | undefined },
  teamId?: string,
): Promise<SignInMethodView> {
  const at = deps.accounts.now();
  const after = await write(deps, async (db) => {
    const before = await mustFind(db, { id, teamId }, actor);
    const { secrets: given = {}, administrators = before.administrators, ...named } = patch;
    const kept = { ...(await secretsOf(deps, before)), ...given };
    const secrets = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== ''));
    const changes = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
    const input = { ...signInInputOf(before), ...changes, secrets };
    const method = wantSignInMethod(deps, input, { ...before, administrators, updatedAt: at });
    await writeSignInMethod(db, { actor, at, before, after: method });
    return method;
  });
  const counts = await identityRepository.countByMethod(deps.accounts.database.db);
  return await present(deps, after, counts.get(id) ?? 0);
}

/** Refuses while accounts are linked by it: they would lose their way in, and nothing would say whose they were. */
export async function removeSignInMethod(deps: SignInDeps, actor: string, id: string, teamId?: string): Promise<void> {
  await write(deps, async (db) => {
    const before = await mustFind(db, { id, teamId }, actor);
    if (await identityRepository.hasAny(db, id))
      throw new Refusal('conflict', 'Accounts are linked by this method. Switch it off instead.');
    await writeSignInMethod(db, { actor, at: deps.accounts.now(), before, after: undefined });
  });
}

/** Writes a method with its audit entry; also for the config file. */
export async function writeSignInMethod(
  db: Db,
  change: {
    readonly actor: string;
    readonly at: number;
    readonly before: StoredSignInMethod | undefined;
    readonly after: StoredSignInMethod | undefined;
  },
): Promise<void> {
  const { actor, at, before, after } = change;
  const ref = after?.id ?? before?.id ?? '';
  if (after === undefined) await signInMethodRepository.remove(db, ref);
  else if (before === undefined) await signInMethodRepository.insert(db, after);
  else await signInMethodRepository.update(db, after);
  const shown = (method: StoredSignInMethod | undefined) =>
    toJson(
      method === undefined
        ? null
        : { ...signInInputOf(method), ...(method.teamId !== undefined && { administrators: method.administrators }) },
    );
  const action = after === undefined ? 'delete' : before === undefined ? 'create' : 'update';
  await recordWrite(db, { actor, at, kind: 'sign-in-method', action, ref, before: shown(before), after: shown(after) });
}

async function write<T>({ accounts }: SignInDeps, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    return await accounts.database.transact(work);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'There is a sign-in method of this name already.', { param: 'name' });
  }
}

async function present(deps: SignInDeps, method: StoredSignInMethod, identities: number): Promise<SignInMethodView> {
  const secrets = await secretsOf(deps, method);
  const { publicUrl } = deps.accounts.snapshot().settings.site;
  const addressOf = deps.providers.get(method.provider)?.address ?? ((uri: string) => uri);
  return {
    id: method.id,
    ...signInInputOf(method),
    secrets: Object.keys(secrets).filter((name) => secrets[name] !== ''),
    redirectUri: publicUrl === '' ? null : addressOf(redirectUriOf(publicUrl, method.id)),
    identities,
    owner: method.owner ?? null,
    createdAt: method.createdAt,
    updatedAt: method.updatedAt,
  };
}

async function secretsOf({ secretBox }: SignInDeps, method: StoredSignInMethod): Promise<Record<string, string>> {
  if (!secretBox.knows(method.sealed)) await secretBox.reload();
  return openSecrets(secretBox, method);
}

async function mustFind(
  db: Db,
  { id, teamId }: { readonly id: string; readonly teamId: string | undefined },
  actor: string,
): Promise<StoredSignInMethod> {
  const method = await signInMethodRepository.find(db, id);
  if (method === undefined || method.teamId !== teamId)
    throw new Refusal('not_found', 'There is no such sign-in method.');
  if (method.owner === undefined || method.owner === actor) return method;
  const file = method.owner.replace(/^file:/, '');
  throw new Refusal('owned_by_file', `Sign-in method "${method.name}" is managed by ${file}; change it there.`);
}
