import type { TopUpKeyInput, TopUpKeyPatch, TopUpKeyView } from '@tollgate/contract/api/top-ups';
import { Refusal } from '../../domain/refusal.ts';
import type { Db } from '../../store/database.ts';
import { topUpKeyRepository, type TopUpKey } from '../../store/top-ups/keys.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { nanosToUsd, usdToNanos } from '../accounts/people.ts';
import { newSecretText, secretHint } from '../accounts/secret-text.ts';
import { recordWrite } from '../record-write.ts';
import { topUpKeyContext } from '../secret-box/contexts.ts';

type KeyDeps = Pick<AccountDeps, 'database' | 'secretBox' | 'snapshot' | 'now' | 'newId' | 'randomBytes'>;

export const listTopUpKeys = async (deps: KeyDeps): Promise<TopUpKeyView[]> =>
  (await topUpKeyRepository.all(deps.database.db)).map((key) => present(deps, key));

/** Makes a key; its secret is told once, and kept sealed because signatures are made with it. */
export async function createTopUpKey(
  deps: KeyDeps,
  actor: string,
  input: TopUpKeyInput,
): Promise<TopUpKeyView & { readonly secret: string }> {
  const secret = newSecretText('tgt_', deps.randomBytes);
  const id = `tuk_${deps.newId()}`;
  const at = deps.now();
  const key: TopUpKey = {
    id,
    name: input.name,
    enabled: input.enabled,
    maximum: usdToNanos(input.maximumUsd),
    sealed: deps.secretBox.seal(secret, topUpKeyContext(id)),
    lastFour: secretHint(secret).lastFour,
    lastUsedAt: undefined,
    createdAt: at,
    updatedAt: at,
  };
  await deps.database.transact(async (db) => {
    await topUpKeyRepository.insert(db, key);
    await record(db, actor, at, 'create', undefined, key);
  });
  return { ...present(deps, key), secret };
}

export async function changeTopUpKey(
  deps: KeyDeps,
  actor: string,
  id: string,
  patch: TopUpKeyPatch,
): Promise<TopUpKeyView> {
  const after = await deps.database.transact(async (db) => {
    const before = await mustFind(db, id);
    const changed: TopUpKey = {
      ...before,
      name: patch.name ?? before.name,
      enabled: patch.enabled ?? before.enabled,
      maximum: patch.maximumUsd === undefined ? before.maximum : usdToNanos(patch.maximumUsd),
      updatedAt: deps.now(),
    };
    await topUpKeyRepository.update(db, changed);
    await record(db, actor, changed.updatedAt, 'update', before, changed);
    return changed;
  });
  return present(deps, after);
}

export async function removeTopUpKey(deps: KeyDeps, actor: string, id: string): Promise<void> {
  await deps.database.transact(async (db) => {
    const key = await mustFind(db, id);
    await topUpKeyRepository.remove(db, id);
    await record(db, actor, deps.now(), 'delete', key, undefined);
  });
}

async function mustFind(db: Db, id: string): Promise<TopUpKey> {
  const key = await topUpKeyRepository.find(db, id);
  if (key === undefined) throw new Refusal('not_found', 'There is no such top-up key.');
  return key;
}

function present({ snapshot }: KeyDeps, key: TopUpKey): TopUpKeyView {
  const { publicUrl } = snapshot().settings.site;
  return {
    ...shown(key),
    id: key.id,
    lastFour: key.lastFour,
    url: publicUrl === '' ? null : `${publicUrl.replace(/\/$/, '')}/api/webhooks/top-ups/${key.id}`,
    lastUsedAt: key.lastUsedAt ?? null,
    createdAt: key.createdAt,
    updatedAt: key.updatedAt,
  };
}

const shown = ({ name, enabled, maximum }: TopUpKey) => ({ name, enabled, maximumUsd: nanosToUsd(maximum) });

const record = async (
  db: Db,
  actor: string,
  at: number,
  action: 'create' | 'update' | 'delete',
  before: TopUpKey | undefined,
  after: TopUpKey | undefined,
): Promise<void> =>
  await recordWrite(db, {
    actor,
    at,
    kind: 'top-up-key',
    action,
    ref: after?.id ?? before?.id ?? '',
    before: before === undefined ? null : shown(before),
    after: after === undefined ? null : shown(after),
  });
