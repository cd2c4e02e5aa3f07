import { Refusal } from '../../domain/refusal.ts';
import { directoryRepository, type DirectoryToken } from '../../store/directories.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { hashSecret, isSecretText, newSecretText } from '../accounts/secret-text.ts';
import { recordTeam, requireTeam } from '../teams/teams.ts';

const mostTokens = 10;
const touchEveryMs = 60_000;

/** Makes a token by which a directory says who it is. Its text is told once. */
export async function addDirectoryToken(
  deps: AccountDeps,
  actor: Actor,
  teamId: string,
  name: string,
): Promise<{ readonly token: DirectoryToken; readonly text: string }> {
  await requireTeam(deps, actor, teamId, 'own');
  if ((await directoryRepository.tokens(deps.database.db, teamId)).length >= mostTokens)
    throw new Refusal('conflict', `A team has no more than ${mostTokens} tokens for directories.`);
  const text = newSecretText('tgd_', deps.randomBytes);
  const token = { id: `dtk_${deps.newId()}`, teamId, name, lastFour: text.slice(-4), createdAt: deps.now() };
  await deps.database.transact(async (db) => {
    await directoryRepository.addToken(db, token, hashSecret(text));
    await recordTeam(db, deps, actor, teamId, 'addDirectoryToken', null, { token: token.id, name });
  });
  return { token: { ...token, lastUsedAt: null }, text };
}

/** Ends a token, at once. */
export async function removeDirectoryToken(deps: AccountDeps, actor: Actor, teamId: string, id: string): Promise<void> {
  await requireTeam(deps, actor, teamId, 'own');
  await deps.database.transact(async (db) => {
    if (!(await directoryRepository.removeToken(db, teamId, id)))
      throw new Refusal('not_found', 'There is no such token.');
    await recordTeam(db, deps, actor, teamId, 'removeDirectoryToken', { token: id }, null);
  });
}

/** The token of a text; undefined for one that is nobody's. */
export async function findDirectoryToken(deps: AccountDeps, text: string): Promise<DirectoryToken | undefined> {
  if (!isSecretText('tgd_', text)) return undefined;
  const { db } = deps.database;
  const token = await directoryRepository.findToken(db, hashSecret(text));
  if (token !== undefined && (token.lastUsedAt ?? 0) < deps.now() - touchEveryMs)
    await directoryRepository.touchToken(db, token.id, deps.now());
  return token;
}
