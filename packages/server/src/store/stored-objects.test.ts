import { expect, test } from 'bun:test';
import type { StoredObject } from '../domain/stored-object.ts';
import type { BackgroundJob } from '../domain/background-job.ts';
import { storedObjectRepository } from './stored-objects.ts';
import { eachDatabase } from './testing/databases.ts';

const kept: StoredObject = {
  id: 'obj_1',
  userId: 'usr_1',
  keyId: 'key_1',
  requestId: 'req_1',
  kind: 'cached_content',
  channelId: 'chn_1',
  credential: 0,
  protocol: 'gemini',
  vendorId: 'cachedContents/abc',
  told: { name: 'cachedContents/abc' },
  requests: undefined,
  tokens: 5,
  storage: { tokens: 5, stretch: 0, from: 1, until: 1, unpaid: false },
  createdAt: 1,
  updatedAt: 1,
  finishedAt: undefined,
  expiresAt: 100,
};

eachDatabase('what is paid by the time that it is kept', (open) => {
  test('is changed by several at once, each from what the other wrote, and no more once it is over', async () => {
    const database = await open();
    const { db, kind } = database;
    await storedObjectRepository.insert(db, kept, {} as BackgroundJob);
    const find = () => storedObjectRepository.find(db, kept.userId, kept, kept.vendorId, 0);
    const further = (): Promise<unknown> =>
      database.transact((within) =>
        storedObjectRepository.changePaid(within, kind, kept.id, (storage, expiresAt = 0) => ({
          storage: { ...storage, stretch: storage.stretch + 1 },
          expiresAt: expiresAt + 10,
        })),
      );
    await Promise.all(Array.from({ length: 5 }, further));
    const { tokens } = kept;
    expect(await find()).toMatchObject({ tokens, told: kept.told, expiresAt: 150, storage: { stretch: 5, until: 1 } });
    const told = { json: { name: 'another' }, at: 7 };
    expect(await storedObjectRepository.changePaid(db, kind, kept.id, () => ({ told }))).toMatchObject({ stretch: 5 });
    expect(await find()).toMatchObject({ told: told.json, updatedAt: 7, expiresAt: 150 });
    await storedObjectRepository.note(db, { ...kept, expiresAt: 160 }, 8, true);
    expect(await further()).toBeUndefined();
    expect(await find()).toMatchObject({ expiresAt: 160, storage: { stretch: 5 } });
  });
});
