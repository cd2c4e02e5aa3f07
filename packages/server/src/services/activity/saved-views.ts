import type { SavedView } from '@tollgate/contract/api/usage';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { savedViewRepository, type StoredView } from '../../store/saved-views.ts';

export type ViewDeps = { readonly database: Database; readonly now: () => number; readonly newId: () => string };

/** Views that one user keeps. */
const maxViews = 200;

export async function savedViews(
  { database }: ViewDeps,
  userId: string,
  page: string | undefined,
): Promise<readonly SavedView[]> {
  return (await savedViewRepository.list(database.db, userId, page)).map(present);
}

export async function saveView(
  { database, now, newId }: ViewDeps,
  userId: string,
  input: Pick<SavedView, 'page' | 'name' | 'query'>,
): Promise<SavedView> {
  if ((await savedViewRepository.list(database.db, userId, undefined)).length >= maxViews)
    throw new Refusal('conflict', `Somebody keeps at most ${maxViews} views. Forget some first.`);
  const at = now();
  const view: StoredView = { ...input, id: `view_${newId()}`, userId, createdAt: at, updatedAt: at };
  await savedViewRepository.insert(database.db, view);
  return present(view);
}

export async function changeView(
  deps: ViewDeps,
  userId: string,
  id: string,
  patch: { readonly name?: string | undefined; readonly query?: string | undefined },
): Promise<SavedView> {
  const before = await mustFind(deps, userId, id);
  const after = {
    ...before,
    name: patch.name ?? before.name,
    query: patch.query ?? before.query,
    updatedAt: deps.now(),
  };
  await savedViewRepository.update(deps.database.db, after);
  return present(after);
}

export async function forgetView(deps: ViewDeps, userId: string, id: string): Promise<void> {
  await mustFind(deps, userId, id);
  await savedViewRepository.remove(deps.database.db, id);
}

async function mustFind({ database }: ViewDeps, userId: string, id: string): Promise<StoredView> {
  const found = await savedViewRepository.find(database.db, userId, id);
  if (found === undefined) throw new Refusal('not_found', 'There is no such view.');
  return found;
}

const present = ({ userId: _, ...view }: StoredView): SavedView => view;
