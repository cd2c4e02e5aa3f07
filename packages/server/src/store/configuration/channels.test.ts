import { expect, test } from 'bun:test';
import { channelFields } from '@tollgate/contract/entities/channel';
import { defaultsOf } from '@tollgate/contract/entities/field';
import type { Insertable } from 'kysely';
import { migrate, migrations } from '../migrations/index.ts';
import type { Tables } from '../tables.ts';
import { channelColumns } from '../schema/configuration.ts';
import { eachDatabase } from '../testing/databases.ts';
import { channelRepository } from './channels.ts';

eachDatabase('kept channels', (open) => {
  test('from before there were tags and remarks have none, and a process of that version goes on making them', async () => {
    const database = await open({ migrate: false });
    const before = migrations.findIndex(({ name }) => name === '0010-channel-labels');
    await migrate(database, migrations.slice(0, before));
    // The fields that there were, whatever came since.
    const { settings_json, groups_json, priority, weight, enabled } = channelColumns.write(defaultsOf(channelFields));
    const old = { settings_json, groups_json, priority, weight, enabled };
    const insertOld = async (id: string): Promise<void> => {
      const row = { id, name: id, provider: 'acme', models_json: '[]', sealed_wiring: '', next_credential: 0, ...old };
      await database.db
        .insertInto('channels')
        // What the version before knew of the table.
        .values({ ...row, created_at: 1, updated_at: 1 } as Insertable<Tables['channels']>)
        .execute();
    };
    await insertOld('ch_before');
    await migrate(database);
    await insertOld('ch_meanwhile');
    const found = await channelRepository.all(database.db);
    expect(found.map(({ id, tags, remark }) => ({ id, tags, remark }))).toEqual([
      { id: 'ch_before', tags: [], remark: '' },
      { id: 'ch_meanwhile', tags: [], remark: '' },
    ]);
  });
});
