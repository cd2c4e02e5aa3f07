import { expect, test } from 'bun:test';
import { groupInputSchema } from '@tollgate/contract/api/configuration';
import { Refusal } from '../../domain/refusal.ts';
import { settingRepository } from '../../store/configuration/settings.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { rotateDataKey } from '../secret-box/rotate.ts';
import { createGroup } from './groups.ts';
import { listAudit } from './list-audit.ts';
import { listSettings, readSettings, writeSetting } from './settings.ts';
import { testContext } from './testing/configuration.ts';

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refusal ? `${error.code}: ${error.message}` : `not refused: ${String(error)}`;
};
const root = { actor: 'user:1', audience: 'root' } as const;

eachDatabase('settings', (open) => {
  test('are written leaf by leaf, audited, and go back to their defaults', async () => {
    const context = await testContext(await open());
    expect((await readSettings(context)).relay.maxAttempts).toBe(4);
    await writeSetting(context, root, 'relay.maxAttempts', 6);
    const written = await writeSetting(context, root, 'relay.maxAttempts', 7);
    expect(written).toMatchObject({ value: 7, default: 4, updatedBy: 'user:1', owner: null });
    expect((await readSettings(context)).relay.maxAttempts).toBe(7);
    expect((await listAudit(context, { limit: 1 }, 'root'))[0]).toMatchObject({
      action: 'setting.update',
      subject: 'setting:relay.maxAttempts',
      before: 6,
      after: 7,
    });
    await writeSetting(context, root, 'relay.maxAttempts', null);
    expect((await readSettings(context)).relay.maxAttempts).toBe(4);
    expect((await listSettings(context, 'root')).find((setting) => setting.path === 'relay.maxAttempts')).toMatchObject(
      {
        value: 4,
        updatedAt: null,
      },
    );
  });

  test('refuse what the tree does not know or allow', async () => {
    const context = await testContext(await open());
    expect(await refusal(writeSetting(context, root, 'relay.maxAttempt', 1))).toContain(
      'did you mean "relay.maxAttempts"?',
    );
    expect(await refusal(writeSetting(context, root, 'relay.maxAttempts', 0))).toContain(
      'invalid_request: relay.maxAttempts',
    );
    expect(await refusal(writeSetting(context, root, 'relay', {}))).toContain('no such setting');
  });
});

eachDatabase('who may see a setting', (open) => {
  const admin = { actor: 'user:2', audience: 'admin' } as const;

  test('may write it; for all others it is not there, nor is its history', async () => {
    const context = await testContext(await open());
    const path = 'media.fetch.allowPrivate';
    await writeSetting(context, root, path, ['10.0.0.0/8']);
    await writeSetting(context, admin, 'relay.maxAttempts', 5);
    const paths = async (audience: 'public' | 'admin' | 'root') =>
      (await listSettings(context, audience)).map((setting) => setting.path);
    const results = context.settings.leaves
      .map((leaf) => leaf.path)
      .filter((one) => /^media\.results\.(?:s3\.\w+|store|directory)$/.test(one));
    const rootsOwn = [
      path,
      ...results,
      'planted.rootPassword',
      'accounts.captchaSecret',
      'accounts.secondFactor',
      'accounts.sessionIdleMs',
      'accounts.sessionMaxMs',
      'accounts.proofGraceMs',
      'accounts.signInPrivateHosts',
      'accounts.noticePrivateHosts',
      'mail.password',
      'mail.allowSelfSigned',
      'log.auditRetentionDays',
    ];
    expect(await paths('root')).toEqual(context.settings.leaves.map((leaf) => leaf.path));
    expect(await paths('admin')).toEqual((await paths('root')).filter((one) => !rootsOwn.includes(one)));
    expect(await paths('public')).toEqual([
      'site.name',
      'site.publicUrl',
      'site.mode',
      ...[
        'logoUrl',
        'logo',
        'logoDark',
        'favicon',
        'clients',
        'marketplace',
        'status',
        'rankings',
        'footer',
        'announcement',
        'firstPage',
        'faq',
        'about',
        'terms',
        'privacy',
      ].map((name) => `site.${name}`),
      ...['registrationOpen', 'inviteOnly', 'verifyEmail', 'captcha', 'captchaSiteKey'].map(
        (name) => `accounts.${name}`,
      ),
      'rewards.invitations',
      'providerKeys.enabled',
    ]);
    expect(await refusal(writeSetting(context, admin, path, []))).toBe(
      `invalid_request: ${path}: there is no such setting`,
    );
    const rules = (provider: string) =>
      writeSetting(context, admin, 'media.polling.providers', [`${provider} atOnce:2`]);
    const [known = ''] = context.providers.keys();
    expect(await refusal(rules('nobody'))).toContain(`"nobody" is no provider; there are ${known}`);
    expect((await rules(known)).value).toEqual([`${known} atOnce:2`]);
    // Not even by a guess that is nearly right.
    expect(await refusal(writeSetting(context, admin, 'media.fetch.allowPrivat', []))).not.toContain('allowPrivate"');
    expect(await refusal(writeSetting(context, root, 'media.fetch.allowPrivat', []))).toContain('allowPrivate"');
    const subjects = async (audience: 'admin' | 'root') =>
      (await listAudit(context, { limit: 10 }, audience)).map((entry) => entry.subject);
    const polling = 'setting:media.polling.providers';
    expect(await subjects('root')).toEqual([polling, 'setting:relay.maxAttempts', `setting:${path}`]);
    expect(await subjects('admin')).toEqual([polling, 'setting:relay.maxAttempts']);
    expect(await listAudit(context, { limit: 10, subject: `setting:${path}` }, 'admin')).toEqual([]);
    // What was done to other things is there for both.
    await createGroup(context, 'user:1', groupInputSchema.parse({ name: 'vip' }));
    expect(await subjects('admin')).toEqual(['group:vip', polling, 'setting:relay.maxAttempts']);
  });
});

eachDatabase('a secret setting', (open) => {
  const password = 'horse-battery-9f3c';

  test('is kept sealed and shown as a hint, which sent back keeps it', async () => {
    const context = await testContext(await open());
    const stored = async () =>
      (await settingRepository.all(context.database.db)).find((row) => row.path === 'planted.password')?.value;
    expect((await listSettings(context, 'root')).find((setting) => setting.path === 'planted.password')).toMatchObject({
      value: '',
      secret: true,
      updatedAt: null,
    });
    expect(await writeSetting(context, root, 'planted.password', password)).toMatchObject({ value: '…9f3c' });
    const sealed = await stored();
    expect(sealed).toMatch(/^v1\./);
    expect(await writeSetting(context, root, 'planted.password', '…9f3c')).toMatchObject({ value: '…9f3c' });
    expect(await stored()).toBe(sealed ?? '');
    expect(await readSettings(context)).toMatchObject({ planted: { password } });
    // Sealed to its own path: put elsewhere, it does not open.
    await context.database.db
      .updateTable('settings')
      .set({ path: 'planted.rootPassword' })
      .where('path', '=', 'planted.password')
      .execute();
    expect(await readSettings(context)).toMatchObject({ planted: { password: '', rootPassword: '' } });
  });

  test('follows a change of the data key, and only its holders open it', async () => {
    const context = await testContext(await open());
    await writeSetting(context, root, 'planted.password', password);
    const before = (await settingRepository.all(context.database.db))[0]?.value;
    expect(await rotateDataKey({ ...context, actor: 'cli' })).toMatchObject({ resealed: 1 });
    expect((await settingRepository.all(context.database.db))[0]?.value).not.toBe(before ?? '');
    expect(await readSettings(context)).toMatchObject({ planted: { password } });
  });
});
