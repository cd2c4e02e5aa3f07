import type { Database, Db } from './database.ts';

/** An image as it is served. */
export type StoredImage = {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** Images for the site. Their names are hashes: what is there never changes. */
export const siteImageRepository = {
  async find(db: Db, name: string): Promise<StoredImage | undefined> {
    const row = await db
      .selectFrom('site_images')
      .select(['content_type', 'base64'])
      .where('name', '=', name)
      .executeTakeFirst();
    return row && { name, contentType: row.content_type, bytes: Uint8Array.fromBase64(row.base64) };
  },

  /** Keeps an image. One of that name may be there already, and is the same. */
  async put({ db, kind }: Database, image: StoredImage, now: number): Promise<void> {
    const row = { name: image.name, content_type: image.contentType, base64: image.bytes.toBase64(), created_at: now };
    const insert = db.insertInto('site_images').values(row);
    await (
      kind === 'mysql'
        ? insert.onDuplicateKeyUpdate(({ ref }) => ({ name: ref('site_images.name') }))
        : insert.onConflict((conflict) => conflict.doNothing())
    ).execute();
  },

  /** Forgets the oldest beyond `keep`, but none of `needed`. */
  async prune(db: Db, keep: number, needed: readonly string[]): Promise<void> {
    const rows = await db
      .selectFrom('site_images')
      .select('name')
      .orderBy('created_at', 'desc')
      .orderBy('name')
      .execute();
    const gone = rows.slice(keep).flatMap(({ name }) => (needed.includes(name) ? [] : [name]));
    if (gone.length > 0) await db.deleteFrom('site_images').where('name', 'in', gone).execute();
  },
};
