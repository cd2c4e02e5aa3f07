import { randomBytes } from 'node:crypto';
import type { SettingsIndex } from '@tollgate/contract/settings';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { dataKeyRepository } from '../../store/configuration/data-keys.ts';
import { settingRepository } from '../../store/configuration/settings.ts';
import { lockConfiguration } from '../../store/configuration/lock.ts';
import type { Database } from '../../store/database.ts';
import { sealedTables, sealedTextRepository, type SealedTable } from '../../store/sealed-texts.ts';
import { keyIdOf, SecretBoxError } from './envelope.ts';
import {
  adoptNextKeyFile,
  dropKeyFile,
  dropNextKeyFile,
  findMasterSecret,
  newSecret,
  writeNextKeyFile,
} from './master-secret.ts';
import {
  auditSealContext,
  billingAccountContext,
  credentialContext,
  noticeTargetContext,
  paymentMethodContext,
  providerKeyContext,
  secondFactorContext,
  settingContext,
  signInMethodContext,
  tokenSessionContext,
  topUpKeyContext,
  wiringContext,
} from './contexts.ts';
import { sealedTextOf } from './sealed-setting.ts';
import { fits, newDataKey, unwrap, wrapDataKey } from './secret-box.ts';
import type { SecretBox } from './secret-box.ts';

/** What the sealed text of a row belongs to. Credentials of channels are sealed anew with their channel. */
const contexts: Readonly<Record<SealedTable, (id: string) => string>> = {
  token_sessions: tokenSessionContext,
  payment_methods: paymentMethodContext,
  top_up_keys: topUpKeyContext,
  second_factors: secondFactorContext,
  sign_in_methods: signInMethodContext,
  notice_targets: noticeTargetContext,
  billing_accounts: billingAccountContext,
  audit_seals: auditSealContext,
  provider_keys: providerKeyContext,
};

/** How long a retired data key is kept for processes that had not heard of its successor. */
const retirementMs = 24 * 3_600_000;

/**
 * Makes a new data key and seals every credential anew with it, in one transaction. Running processes follow by the
 * change feed. Returns the new key's id and how many texts were sealed anew.
 */
export async function rotateDataKey(options: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  /** Says which of the settings are sealed. */
  readonly settings: SettingsIndex;
  readonly now: () => number;
  readonly actor: string;
}): Promise<{ readonly keyId: string; readonly resealed: number }> {
  const { database, secretBox, settings, now, actor } = options;
  const keyId = `dk_${randomBytes(9).toString('base64url').replaceAll('-', '0')}`;
  await database.transact(async (db) => {
    await dataKeyRepository.insert(db, {
      id: keyId,
      wrapped: secretBox.wrap(keyId, newDataKey()),
      createdAt: now(),
      retiredAt: undefined,
    });
    await dataKeyRepository.retireOthers(db, keyId, now());
    await changeRepository.append(db, 'data-key', keyId, now());
  });
  await secretBox.reload();
  const resealed = await database.transact(async (db) => {
    await lockConfiguration(db);
    let count = 0;
    const inUse = new Set<string>();
    for (const channel of await channelRepository.all(db)) {
      const wiring = secretBox.open(channel.sealedWiring, wiringContext(channel.id));
      await channelRepository.resealWiring(db, channel.id, secretBox.seal(wiring, wiringContext(channel.id)));
      count++;
      for (const credential of channel.credentials) {
        const context = credentialContext(credential.id);
        const sealed = secretBox.seal(secretBox.open(credential.sealed, context), context);
        inUse.add(keyIdOf(sealed));
        await channelRepository.updateCredential(db, { ...credential, sealed });
        count++;
      }
    }
    for (const row of await settingRepository.all(db)) {
      const before = sealedTextOf(settings, row);
      if (before === undefined) continue;
      const context = settingContext(row.path);
      const sealed = secretBox.seal(secretBox.open(before, context), context);
      inUse.add(keyIdOf(sealed));
      await settingRepository.put(db, { ...row, value: sealed });
      count++;
    }
    for (const table of sealedTables)
      for (const { id, sealed: before } of await sealedTextRepository.all(db, table)) {
        const context = contexts[table](id);
        const sealed = secretBox.seal(secretBox.open(before, context), context);
        inUse.add(keyIdOf(sealed));
        await sealedTextRepository.put(db, table, id, sealed);
        count++;
      }
    for (const key of await dataKeyRepository.all(db)) {
      if (key.retiredAt !== undefined && key.retiredAt < now() - retirementMs && !inUse.has(key.id))
        await dataKeyRepository.remove(db, key.id);
    }
    await changeRepository.append(db, 'channel', '*', now());
    await auditRepository.append(db, {
      at: now(),
      actor,
      action: 'data-key.rotate',
      subject: `data-key:${keyId}`,
      before: null,
      after: { resealed: count },
    });
    return count;
  });
  return { keyId, resealed };
}

/**
 * Wraps every data key under a new master secret. `from` and `to` are values of TOLLGATE_SECRET; undefined stands for
 * the key file, which is then made anew. A crash on the way leaves either the old or the new secret fitting: the new
 * file is on disk before the database changes, and takes the old one's name afterwards.
 */
export async function rotateMasterSecret(options: {
  readonly database: Database;
  readonly dataDir: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly now: () => number;
  readonly actor: string;
}): Promise<{ readonly rewrapped: number }> {
  const { database, dataDir, from, to, now, actor } = options;
  const current = await findMasterSecret(from, dataDir);
  if (current === undefined)
    throw new SecretBoxError(`no master secret: there is neither TOLLGATE_SECRET nor a master.key in ${dataDir}`);
  const stored = await dataKeyRepository.all(database.db);
  const secret = current.candidates.find((candidate) => stored.every((key) => fits(candidate, key)));
  if (secret === undefined)
    throw new SecretBoxError('the present master secret does not fit this database; nothing was changed');
  if (current.source === 'file' && current.candidates.indexOf(secret) === 1) await adoptNextKeyFile(dataDir);
  const next = to ?? newSecret();
  if (to === undefined) await writeNextKeyFile(dataDir, next);
  const rewrapped = await database.transact(async (db) => {
    await lockConfiguration(db);
    const keys = await dataKeyRepository.all(db);
    for (const key of keys)
      await dataKeyRepository.rewrap(db, key.id, wrapDataKey(next, key.id, unwrap(secret, key)).wrapped);
    await auditRepository.append(db, {
      at: now(),
      actor,
      action: 'master-secret.rotate',
      subject: 'master-secret',
      before: null,
      after: { rewrapped: keys.length },
    });
    return keys.length;
  });
  if (to === undefined) await adoptNextKeyFile(dataDir);
  else {
    await dropNextKeyFile(dataDir);
    await dropKeyFile(dataDir);
  }
  return { rewrapped };
}
