import type { SavedView, ViewInput, ViewPatch } from '@tollgate/contract/api/usage';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { savedViewRepository, type StoredView } from '../../store/saved-views.ts';

export type ViewDeps = { readonly database: Database; readonly now: () => number; readonly newId: () => string };

/** Who asks for views, and whether they may share them with everybody. */
export type Viewer = { readonly userId: string; readonly mayShare: boolean };

/** Views that one user keeps. */
const maxViews = 200;

/** What somebody keeps and what others share, of one page or of all. */
export async function savedViews(
  { database }: ViewDeps,
  viewer: Viewer,
  page: string | undefined,
): Promise<readonly SavedView[]> {
  return (await savedViewRepository.list(database.db, viewer.userId, page)).map((view) => present(view, viewer));
}

export async function saveView(
  { database, now, newId }: ViewDeps,
  viewer: Viewer,
  { shared = false, ...input }: ViewInput,
): Promise<SavedView> {
  if (shared) mustShare(viewer);
  const { userId } = viewer;
  if ((await savedViewRepository.count(database.db, userId)) >= maxViews)
    throw new Refusal('conflict', `Somebody keeps at most ${maxViews} views. Forget some first.`);
  const at = now();
  const view: StoredView = { ...input, shared, id: `view_${newId()}`, userId, createdAt: at, updatedAt: at };
  await savedViewRepository.insert(database.db, view);
  return present(view, viewer);
}

export async function changeView(
  deps: ViewDeps,
  viewer: Viewer,
  id: string,
  { name, query, shared }: ViewPatch,
): Promise<SavedView> {
  const before = await mustFind(deps, viewer, id);
  const after = {
    ...before,
    name: name ?? before.name,
    query: query ?? before.query,
    shared: shared ?? before.shared,
    updatedAt: deps.now(),
  };
  // Who may not share any more may still take back what they shared, and nothing else.
  if (after.shared) mustShare(viewer);
  await savedViewRepository.update(deps.database.db, after);
  return present(after, viewer);
}

export async function forgetView(deps: ViewDeps, viewer: Viewer, id: string): Promise<void> {
  await mustFind(deps, viewer, id);
  await savedViewRepository.remove(deps.database.db, id);
}

const isOpenTo = (view: StoredView, { userId, mayShare }: Viewer): boolean =>
  view.userId === userId || (view.shared && mayShare);

function mustShare({ mayShare }: Viewer): void {
  if (!mayShare) throw new Refusal('forbidden', 'Sharing views with everybody takes the permission settings:write.');
}

/** One that the viewer may change: their own, or a shared one for those who may share. */
async function mustFind({ database }: ViewDeps, viewer: Viewer, id: string): Promise<StoredView> {
  const found = await savedViewRepository.find(database.db, viewer.userId, id);
  if (found === undefined) throw new Refusal('not_found', 'There is no such view.');
  if (!isOpenTo(found, viewer)) throw new Refusal('forbidden', 'Somebody else shares this view: only they change it.');
  return found;
}

const present = ({ userId, ...view }: StoredView, viewer: Viewer): SavedView => ({
  ...view,
  own: userId === viewer.userId,
  changeable: isOpenTo({ userId, ...view }, viewer),
});
