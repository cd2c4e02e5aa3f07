import { expect, test } from 'bun:test';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { storedObjectRepository } from '../../store/stored-objects.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { sampleObject } from '../../store/testing/stored-objects.ts';
import { field, openTestApp } from '../testing/admin-app.ts';

const pageSchema = z.object({
  data: z.array(z.looseObject({ id: z.string(), state: z.string() })),
  next: z.string().nullable(),
});

eachDatabase('what providers keep', (open) => {
  test('is listed page by page for its owner, and for administrators everybody’s', async () => {
    const database = await open();
    const app = await openTestApp(database);
    const ann = await app.enroll('user', 'ann@example.com');
    const bob = await app.enroll('user', 'bob@example.com');
    const admin = await app.enroll('admin', 'admin@example.com');
    const file = { kind: 'file', told: { id: 'file_2', filename: 'a.pdf', purpose: 'user_data', bytes: 12 } } as const;
    const ended = { finishedAt: 9, told: { id: 'batch_3', status: 'cancelled' } };
    for (const one of [
      sampleObject(1, ann.user.id),
      sampleObject(2, ann.user.id, { ...file, finishedAt: 2 }),
      sampleObject(3, ann.user.id, ended),
      sampleObject(4, bob.user.id),
      // What is gone by itself is not told of.
      sampleObject(5, ann.user.id, { expiresAt: 1000 }),
    ])
      await storedObjectRepository.insert(database.db, one);
    const ids = async (query: string, { token } = ann) => {
      const { json } = await app.call('GET', `/api/v1/stored-objects${query}`, { token });
      return pageSchema.parse(json).data.map(({ id }) => id);
    };
    expect(await ids('')).toEqual(['object_3', 'object_2', 'object_1']);
    const first = pageSchema.parse(
      (await app.call('GET', '/api/v1/stored-objects?limit=2', { token: ann.token })).json,
    );
    expect(first.next).toBe('object_2');
    expect(await ids(`?limit=2&after=${first.next}`)).toEqual(['object_1']);
    expect(await ids('?state=working')).toEqual(['object_1']);
    expect(await ids('?state=ended')).toEqual(['object_3']);
    expect(await ids('?state=kept')).toEqual(['object_2']);
    expect(await ids('?kind=file')).toEqual(['object_2']);
    expect(await ids('?userId=all', admin)).toEqual(['object_4', 'object_3', 'object_2', 'object_1']);
    expect(await ids(`?userId=${bob.user.id}`, admin)).toEqual(['object_4']);
    expect(await ids('', admin)).toEqual([]);
    const reads = (id: string, { token } = ann) => app.call('GET', `/api/v1/stored-objects/${id}`, { token });
    expect((await reads('object_1')).json).toMatchObject({
      vendorId: 'batch_1',
      purpose: '/v1/chat/completions',
      state: 'working',
      progress: { done: 4, failed: 1, total: 10 },
      channelId: null,
      mayCancel: true,
      mayDelete: false,
    });
    expect((await reads('object_2')).json).toMatchObject({ name: 'a.pdf', bytes: 12, state: 'kept', mayDelete: true });
    expect((await reads('object_3')).json).toMatchObject({ state: 'cancelled', mayCancel: false, mayDelete: false });
    expect((await reads('object_4', admin)).json).toMatchObject({ channelId: 'chn_1', userName: 'bob@example.com' });
    for (const id of ['object_4', 'object_5', 'nothing']) expect((await reads(id)).status).toBe(404);
  });

  test('is cancelled and deleted by who may do so, which is written down, and what its provider refuses is told', async () => {
    const database = await open();
    const app = await openTestApp(database);
    const ann = await app.enroll('user', 'ann@example.com');
    const bob = await app.enroll('user', 'bob@example.com');
    const admin = await app.enroll('admin', 'admin@example.com');
    await storedObjectRepository.insert(database.db, sampleObject(1, ann.user.id));
    const done: string[] = [];
    const call = app.variant({
      storedObjects: {
        cancel: ({ id }) => Promise.resolve(void done.push(`cancel ${id}`)),
        remove: ({ id }) =>
          done.length < 2
            ? Promise.resolve(void done.push(`remove ${id}`))
            : Promise.reject(new Refusal('upstream_error', 'The provider that keeps it did not delete it.')),
      },
    });
    const path = '/api/v1/stored-objects/object_1';
    expect((await call('DELETE', path, { token: bob.token })).status).toBe(404);
    expect((await call('POST', `${path}/cancel`, { token: bob.token })).status).toBe(404);
    expect(done).toEqual([]);
    expect((await call('POST', `${path}/cancel`, { token: ann.token })).status).toBe(200);
    expect((await call('DELETE', path, { token: admin.token })).status).toBe(204);
    expect(done).toEqual(['cancel object_1', 'remove object_1']);
    const refused = await call('DELETE', path, { token: ann.token });
    expect(`${refused.status} ${field(refused.json, 'error.code')}`).toBe('502 upstream_error');
    const log = await app.call('GET', '/api/v1/audit?subject=stored-object:object_1', { token: admin.token });
    const entries = z.looseObject({ data: z.array(z.looseObject({ action: z.string(), actor: z.string() })) });
    expect(entries.parse(log.json).data.map(({ action, actor }) => `${action} ${actor}`)).toEqual([
      `stored-object.delete user:${admin.user.id}`,
      `stored-object.cancel user:${ann.user.id}`,
    ]);
  });
});
