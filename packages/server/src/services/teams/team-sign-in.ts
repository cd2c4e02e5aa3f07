import type { MetadataInput, SignInMethodView } from '@tollgate/contract/api/sign-in';
import {
  teamSignInProviders,
  type TeamSignInMethodInput,
  type TeamSignInMethodPatch,
  type TeamSignInMethodView,
} from '@tollgate/contract/api/team-sign-in';
import { may } from '@tollgate/contract/permissions';
import { Refusal } from '../../domain/refusal.ts';
import { signInMethodRepository, type StoredSignInMethod } from '../../store/sign-in/methods.ts';
import { teamDomainRepository } from '../../store/team-domains.ts';
import type { Actor } from '../accounts/account-deps.ts';
import { changeSignInMethod, createSignInMethod, listSignInMethods, removeSignInMethod } from '../sign-in/methods.ts';
import type { AnySignInProvider } from '../sign-in/provider.ts';
import { readMetadata } from '../sign-in/read-metadata.ts';
import type { SignInDeps } from '../sign-in/sign-in-deps.ts';
import { requireTeam } from './teams.ts';

const mostMethods = 10;

/** Providers that a team can sign in by. */
export async function listTeamProviders(
  { accounts, providers }: SignInDeps,
  actor: Actor,
  teamId: string,
): Promise<readonly AnySignInProvider[]> {
  await requireTeam(accounts, actor, teamId, 'own');
  return teamSignInProviders.flatMap((id) => providers.get(id) ?? []);
}

/** Settings for a method of a team, from the metadata of its provider. */
export async function readTeamMetadata(
  deps: SignInDeps,
  actor: Actor,
  teamId: string,
  ask: MetadataInput,
): Promise<Readonly<Record<string, string>>> {
  await requireTeam(deps.accounts, actor, teamId, 'own');
  return await readMetadata(deps, ask);
}

/** Whom the people of a team sign in by. */
export async function listTeamMethods(deps: SignInDeps, actor: Actor, teamId: string): Promise<TeamSignInMethodView[]> {
  await requireTeam(deps.accounts, actor, teamId, 'own');
  const stored = await signInMethodRepository.ofTeam(deps.accounts.database.db, teamId);
  return (await listSignInMethods(deps, teamId)).map((view) => shown(view, stored));
}

export async function addTeamMethod(
  deps: SignInDeps,
  actor: Actor,
  teamId: string,
  { administrators, ...input }: TeamSignInMethodInput,
): Promise<TeamSignInMethodView> {
  await requireTeam(deps.accounts, actor, teamId, 'own');
  refuseAdministrators(actor, administrators);
  if ((await signInMethodRepository.ofTeam(deps.accounts.database.db, teamId)).length >= mostMethods)
    throw new Refusal('conflict', `A team has no more than ${mostMethods} ways to sign in.`);
  const place = { teamId, administrators };
  const made = await createSignInMethod(deps, actor.label, { ...input, position: 0 }, place);
  return shown(made, [{ id: made.id, administrators }]);
}

export async function changeTeamMethod(
  deps: SignInDeps,
  actor: Actor,
  { teamId, id }: { readonly teamId: string; readonly id: string },
  patch: TeamSignInMethodPatch,
): Promise<TeamSignInMethodView> {
  await requireTeam(deps.accounts, actor, teamId, 'own');
  refuseAdministrators(actor, patch.administrators);
  if (patch.enabled === false) await keepMethod(deps, teamId, id);
  const before = await signInMethodRepository.find(deps.accounts.database.db, id);
  // Where administrators come in by it, whoever changes it could come in as one of them.
  refuseAdministrators(actor, before?.teamId === teamId && before.administrators);
  const changed = await changeSignInMethod(deps, actor.label, id, patch, teamId);
  return shown(changed, [{ id, administrators: patch.administrators ?? before?.administrators ?? false }]);
}

export async function removeTeamMethod(deps: SignInDeps, actor: Actor, teamId: string, id: string): Promise<void> {
  await requireTeam(deps.accounts, actor, teamId, 'own');
  await keepMethod(deps, teamId, id);
  await removeSignInMethod(deps, actor.label, id, teamId);
}

/** Whoever has administrators come in by a way could come in as one of them. */
function refuseAdministrators(actor: Actor, administrators: boolean | undefined): void {
  if (administrators === true && !may('signIn:write', actor))
    throw new Refusal('forbidden', 'Only root has administrators come in by a team’s way, and changes such a way.', {
      param: 'administrators',
    });
}

/** Refuses to take the last way of people who have no other one. */
async function keepMethod({ accounts }: SignInDeps, teamId: string, id: string): Promise<void> {
  const { db } = accounts.database;
  const others = (await signInMethodRepository.ofTeam(db, teamId)).filter((one) => one.enabled && one.id !== id);
  if (others.length > 0) return;
  if ((await teamDomainRepository.ofTeam(db, teamId)).some((domain) => domain.enforced))
    throw new Refusal('conflict', 'People of your domains have no other way in: let them in by any way first.');
}

function shown(
  { owner: _owner, position: _position, ...view }: SignInMethodView,
  stored: readonly Pick<StoredSignInMethod, 'id' | 'administrators'>[],
): TeamSignInMethodView {
  return { ...view, administrators: stored.find(({ id }) => id === view.id)?.administrators ?? false };
}
