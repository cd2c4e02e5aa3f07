import type { Disabled, ModelMapping, StoredChannel, StoredCredential } from '../../domain/configuration.ts';
import type { RowOf } from '../tables.ts';
import { channelColumns } from '../schema/configuration.ts';
import { knownOperations } from '../../domain/model-operations.ts';
import { allOf, inChunks, inPages } from '../pages.ts';
import { asFields, asList, asText, readJson, textFields, texts } from './json-column.ts';
import type { Db } from '../database.ts';

type ChannelRow = RowOf<'channels'>;
type CredentialRow = RowOf<'channel_credentials'>;

/** A channel without what the repository itself looks after. */
export type ValidatedChannel = Omit<StoredChannel, 'credentials'>;

/** Rows of a page: with dozens of models, a channel is a large row. */
const channelsAtOnce = 15;

/** Channels with their credentials. Nothing here opens a sealed text. */
export const channelRepository = {
  /** Every channel, by name. */
  async all(db: Db): Promise<readonly StoredChannel[]> {
    return await allOf(channelRepository.pages(db));
  },

  /** The same, some at a time. */
  pages: (db: Db): AsyncIterable<readonly StoredChannel[]> =>
    inPages(async (after, limit) => {
      const rows = db.selectFrom('channels').selectAll().orderBy('name').limit(limit);
      const page = after === undefined ? rows : rows.where('name', '>', after.name);
      return await withCredentials(db, await page.execute());
    }, channelsAtOnce),

  /** Those of the named that there are, some at a time. */
  some: (db: Db, ids: Iterable<string>): AsyncIterable<readonly StoredChannel[]> =>
    inChunks(
      ids,
      async (chunk) => {
        const rows = await db.selectFrom('channels').selectAll().where('id', 'in', chunk).execute();
        return await withCredentials(db, rows);
      },
      channelsAtOnce,
    ),

  /** Names of the channels in a group. */
  async namesInGroup(db: Db, group: string): Promise<readonly string[]> {
    const pages = inPages(async (after: Pick<ChannelRow, 'name' | 'groups_json'> | undefined, limit) => {
      const rows = db.selectFrom('channels').select(['name', 'groups_json']).orderBy('name').limit(limit);
      return await (after === undefined ? rows : rows.where('name', '>', after.name)).execute();
    });
    const names: string[] = [];
    for await (const rows of pages)
      names.push(...rows.filter((row) => texts(readJson(row.groups_json)).includes(group)).map((row) => row.name));
    return names;
  },

  async find(db: Db, id: string): Promise<StoredChannel | undefined> {
    const row = await db.selectFrom('channels').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : readChannel(row, await credentialsOf(db, id));
  },

  async findByName(db: Db, name: string): Promise<StoredChannel | undefined> {
    const row = await db.selectFrom('channels').selectAll().where('name', '=', name).executeTakeFirst();
    return row === undefined ? undefined : readChannel(row, await credentialsOf(db, row.id));
  },

  /** Inserts the channel alone. Throws a unique violation for a name that is taken. */
  async insert(db: Db, channel: ValidatedChannel): Promise<void> {
    await db
      .insertInto('channels')
      .values({ id: channel.id, created_at: channel.createdAt, next_credential: 0, ...columns(channel) })
      .execute();
  },

  /** Replaces everything of the channel but its id, its creation and its credentials. */
  async update(db: Db, channel: ValidatedChannel): Promise<void> {
    await db.updateTable('channels').set(columns(channel)).where('id', '=', channel.id).execute();
  },

  async remove(db: Db, id: string): Promise<void> {
    await db.deleteFrom('channel_credentials').where('channel_id', '=', id).execute();
    await db.deleteFrom('channels').where('id', '=', id).execute();
  },

  /** Adds a credential under the channel's next index, which is never used again; returns the index. */
  async addCredential(db: Db, credential: Omit<StoredCredential, 'index'>): Promise<number> {
    // The update comes first: it locks the row, so that two writers cannot read the same number.
    await db
      .updateTable('channels')
      .set((expression) => ({ next_credential: expression('next_credential', '+', 1) }))
      .where('id', '=', credential.channelId)
      .execute();
    const { next_credential: next } = await db
      .selectFrom('channels')
      .select('next_credential')
      .where('id', '=', credential.channelId)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('channel_credentials')
      .values({
        id: credential.id,
        channel_id: credential.channelId,
        credential_index: next - 1,
        sealed: credential.sealed,
        hints_json: JSON.stringify(credential.hints),
        enabled: credential.enabled ? 1 : 0,
        ...disabledColumns(credential),
        created_at: credential.createdAt,
      })
      .execute();
    return next - 1;
  },

  async updateCredential(
    db: Db,
    credential: Pick<StoredCredential, 'id' | 'sealed' | 'hints' | 'enabled' | 'disabled'>,
  ): Promise<void> {
    await db
      .updateTable('channel_credentials')
      .set({
        sealed: credential.sealed,
        hints_json: JSON.stringify(credential.hints),
        enabled: credential.enabled ? 1 : 0,
        ...disabledColumns(credential),
      })
      .where('id', '=', credential.id)
      .execute();
  },

  /** Credentials of channels in use that somebody has taken out of use, the last first. */
  async disabledAccounts(
    db: Db,
    by: string,
    limit: number,
  ): Promise<readonly { readonly channelId: string; readonly name: string; readonly disabled: Disabled }[]> {
    const rows = await db
      .selectFrom('channel_credentials as c')
      .innerJoin('channels as ch', 'ch.id', 'c.channel_id')
      .select(['c.channel_id', 'ch.name', 'c.disabled_reason', 'c.disabled_by', 'c.disabled_at'])
      .where('c.disabled_by', '=', by)
      .where('ch.enabled', '=', 1)
      .orderBy('c.disabled_at', 'desc')
      .limit(limit)
      .execute();
    return rows.flatMap((row) => {
      const disabled = readDisabled(row);
      return disabled ? [{ channelId: row.channel_id, name: row.name, disabled }] : [];
    });
  },

  async removeCredential(db: Db, id: string): Promise<void> {
    await db.deleteFrom('channel_credentials').where('id', '=', id).execute();
  },

  /** Replaces the sealed part of the channel only, for a change of the data key. */
  async resealWiring(db: Db, id: string, sealedWiring: string): Promise<void> {
    await db.updateTable('channels').set({ sealed_wiring: sealedWiring }).where('id', '=', id).execute();
  },
};

async function withCredentials(db: Db, rows: readonly ChannelRow[]): Promise<readonly StoredChannel[]> {
  if (rows.length === 0) return [];
  const credentials = await db
    .selectFrom('channel_credentials')
    .selectAll()
    .where(
      'channel_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('credential_index')
    .execute();
  const byChannel = Map.groupBy(credentials, (row) => row.channel_id);
  return rows.map((row) => readChannel(row, byChannel.get(row.id) ?? []));
}

async function credentialsOf(db: Db, channelId: string): Promise<readonly CredentialRow[]> {
  return await db
    .selectFrom('channel_credentials')
    .selectAll()
    .where('channel_id', '=', channelId)
    .orderBy('credential_index')
    .execute();
}

function columns(channel: ValidatedChannel) {
  return {
    name: channel.name,
    provider: channel.provider,
    base_url: channel.baseUrl ?? null,
    models_json: JSON.stringify(channel.models),
    sealed_wiring: channel.sealedWiring,
    ...channelColumns.write(channel),
    ...disabledColumns(channel),
    owner: channel.owner ?? null,
    updated_at: channel.updatedAt,
  };
}

const disabledColumns = ({ disabled }: { readonly disabled: Disabled | undefined }) => ({
  disabled_reason: disabled?.reason ?? null,
  disabled_by: disabled?.by ?? null,
  disabled_at: disabled?.at ?? null,
});

export function readDisabled({
  disabled_at: at,
  disabled_by: by,
  disabled_reason: reason,
}: Pick<ChannelRow, 'disabled_at' | 'disabled_by' | 'disabled_reason'>): Disabled | undefined {
  return at === null ? undefined : { reason: reason ?? '', by: by ?? '', at };
}

/** What a channel serves, as it was written. */
export const readModels = (text: string): readonly ModelMapping[] =>
  asList(readJson(text)).map((entry): ModelMapping => {
    const { name, upstream, baseModel, operations } = asFields(entry);
    return {
      name: asText(name),
      upstream: asText(upstream),
      ...(baseModel === undefined ? {} : { baseModel: asText(baseModel) }),
      ...(operations === undefined ? {} : { operations: knownOperations(asList(operations)) }),
    };
  });

function readChannel(row: ChannelRow, credentials: readonly CredentialRow[]): StoredChannel {
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    baseUrl: row.base_url ?? undefined,
    models: readModels(row.models_json),
    sealedWiring: row.sealed_wiring,
    ...channelColumns.read(row),
    disabled: readDisabled(row),
    owner: row.owner ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    credentials: credentials.map(readCredential),
  };
}

function readCredential(row: CredentialRow): StoredCredential {
  return {
    id: row.id,
    channelId: row.channel_id,
    index: row.credential_index,
    sealed: row.sealed,
    hints: textFields(readJson(row.hints_json)),
    enabled: row.enabled === 1,
    disabled: readDisabled(row),
    createdAt: row.created_at,
  };
}
