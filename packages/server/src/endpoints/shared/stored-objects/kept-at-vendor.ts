import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import type { StoredObject } from '../../../domain/stored-object.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import { askAt, requestAt } from './account.ts';

const kind = 'cached-contents';

/** What follows the path of its kind. */
const pathOf = ({ vendorId }: StoredObject): string =>
  `/${encodeURIComponent(vendorId.slice(vendorId.lastIndexOf('/') + 1))}`;

const decoder = new TextDecoder();

/** Whether a vendor keeps something no more. Google says so of a cache by 403, "CachedContent not found (or permission denied)". */
export const isGone = ({ status, body }: { readonly status: number; readonly body: Uint8Array }): boolean =>
  status === 404 || (status === 403 && /not found/i.test(decoder.decode(body)));

/** What its vendor tells of a cache; `gone` where that keeps it no more or is not asked any more, undefined where it does not say. */
export async function lookAtVendor(deps: RelayDeps, object: StoredObject): Promise<JsonObject | 'gone' | undefined> {
  const path = pathOf(object);
  if ((await requestAt(deps, object, kind, path)) === undefined) return 'gone';
  const asked = await askAt(deps, object, kind, path);
  if (!asked) return undefined;
  if (isGone(asked)) return 'gone';
  const told = asked.status === 200 ? parseJson(decoder.decode(asked.body)) : undefined;
  return isObject(told) ? told : undefined;
}

/** Has its vendor delete a cache; false where that did not. */
export async function deleteAtVendor(deps: RelayDeps, object: StoredObject): Promise<boolean> {
  const asked = await askAt(deps, object, kind, pathOf(object), { method: 'DELETE' });
  return asked !== undefined && (isGone(asked) || (asked.status >= 200 && asked.status <= 299));
}
