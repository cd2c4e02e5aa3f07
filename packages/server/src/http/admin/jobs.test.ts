import { expect, test } from 'bun:test';
import { z } from 'zod';
import { every } from '../../domain/job.ts';
import { jobHandler, jobKind } from '../../services/jobs/job-kind.ts';
import { ended, testJobs, until } from '../../services/jobs/testing/jobs.ts';
import { addJob } from '../../store/jobs/add.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { field, openTestApp } from '../testing/admin-app.ts';

eachDatabase('administrators’ view of jobs', (open) => {
  test('pages, filters, retries and cancels, says what cannot be, and writes it down', async () => {
    const database = await open();
    const jobs = testJobs(database);
    let legs = 0;
    const walk = jobKind({ name: 'walk', payload: z.strictObject({ to: z.string() }), maxAttempts: 1 });
    const daily = jobKind({ name: 'daily', payload: z.strictObject({}), schedule: every(86_400_000) });
    jobs.start([
      jobHandler(walk, () => (legs > 0 ? Promise.resolve(undefined) : Promise.reject(new Error('no leg at 10.1.2.3')))),
      jobHandler(daily, () => Promise.resolve(undefined)),
    ]);
    const app = await openTestApp(database);
    const { token } = await app.enroll('admin', 'admin@example.com');
    const call = app.variant({ jobs });
    const codeOf = async (path: string) => {
      const reply = await call('POST', path, { token });
      return `${reply.status} ${field(reply.json, 'error.code')}`;
    };

    const { id } = await jobs.add(walk, { to: 'Rome' });
    await ended(database, id);
    for (let n = 0; n < 4; n++) await jobs.add(walk, { to: 'Paris' }, { runAt: Date.now() + 1e6 });
    await until(async () => {
      const { json } = await call('GET', '/api/v1/jobs?kind=daily', { token });
      return z.object({ data: z.array(z.unknown()) }).parse(json).data.length === 1;
    });

    const page = z.object({
      data: z.array(z.object({ id: z.string(), kind: z.string(), cancellable: z.boolean() })),
      next: z.string().nullable(),
    });
    const seen: string[] = [];
    let after = '';
    do {
      const reply = await call('GET', `/api/v1/jobs?kind=walk&limit=2${after && `&after=${after}`}`, { token });
      const { data, next } = page.parse(reply.json);
      seen.push(...data.map((job) => job.id));
      after = next ?? '';
    } while (after !== '');
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect((await call('GET', '/api/v1/jobs?state=asleep', { token })).status).toBe(400);
    expect((await call('GET', '/api/v1/jobs?after=x', { token })).status).toBe(400);

    const dead = await call('GET', '/api/v1/jobs?state=dead', { token });
    expect(page.parse(dead.json).data.map((job) => job.id)).toEqual([id]);
    expect((await call('GET', `/api/v1/jobs/${id}`, { token })).json).toMatchObject({
      kind: 'walk',
      state: 'dead',
      attempts: 1,
      lastError: 'no leg at ***',
      payload: { to: 'Rome' },
      cancellable: true,
    });
    legs = 2;
    expect((await call('POST', `/api/v1/jobs/${id}/retry`, { token })).status).toBe(200);
    expect(await ended(database, id)).toMatchObject({ state: 'done', attempts: 1 });
    expect(await codeOf(`/api/v1/jobs/${id}/retry`)).toBe('409 conflict');
    expect(await codeOf(`/api/v1/jobs/${id}/cancel`)).toBe('409 conflict');

    // One that waits is cancelled, or run before its time.
    const [last = '', other = ''] = seen;
    expect((await call('POST', `/api/v1/jobs/${last}/cancel`, { token })).json).toMatchObject({ state: 'cancelled' });
    expect((await call('POST', `/api/v1/jobs/${other}/retry`, { token })).status).toBe(200);
    expect(await ended(database, other)).toMatchObject({ state: 'done' });

    // A recurring job is not for people to end; what no process knows any more is.
    const [recurring] = page.parse((await call('GET', '/api/v1/jobs?kind=daily', { token })).json).data;
    expect(recurring?.cancellable).toBe(false);
    expect(await codeOf(`/api/v1/jobs/${recurring?.id}/cancel`)).toBe('409 conflict');
    const odd = { id: 'job_odd', kind: 'forgotten', payload: 'no json', runAt: 0, createdAt: 0 };
    await addJob(database.db, database.kind, odd);
    expect((await call('POST', '/api/v1/jobs/job_odd/cancel', { token })).json).toMatchObject({
      state: 'cancelled',
      payload: 'no json',
    });
    expect(await codeOf('/api/v1/jobs/job_none/cancel')).toBe('404 not_found');

    const audit = await call('GET', `/api/v1/audit?subject=job:${id}`, { token });
    expect(audit.json).toMatchObject({
      data: [
        {
          action: 'job.retry',
          subject: `job:${id}`,
          before: { state: 'dead', kind: 'walk' },
          after: { state: 'waiting' },
        },
      ],
    });
    await jobs.stop();
    app.snapshots.close();
  });
});
