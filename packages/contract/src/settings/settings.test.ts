import { describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { defaultSettings, settingsTree } from './index.ts';
import { forAdmins, forAll, forRoot, whole } from './kinds.ts';
import { isShownTo, leaf, secretLeaf, units } from './leaf.ts';
import type { Audience } from './leaf.ts';
import { createSettingsTree } from './tree.ts';

describe('every setting', () => {
  test('has a description, a unit, and a default that its own schema accepts', () => {
    expect(settingsTree.leaves.length).toBeGreaterThan(25);
    for (const one of settingsTree.leaves) {
      expect(one.description, one.path).toMatch(/^\S.*\.$/);
      expect(Object.keys(units), one.path).toContain(one.unit);
      // A secret has no value at first.
      if (!one.secret) expect(one.schema.safeParse(one.default).success, one.path).toBe(true);
    }
  });

  test('counts in the unit its name says', () => {
    const ends = { Ms: 'ms', Bytes: 'bytes', Usd: 'usd', Percent: 'percent', Days: 'days', Tokens: 'tokens' } as const;
    for (const { path, unit } of settingsTree.leaves)
      for (const [end, meant] of Object.entries(ends)) if (path.endsWith(end)) expect(unit, path).toBe(meant);
  });

  test('is one value: things with fields of their own are entities', () => {
    const isPlain = (value: unknown): boolean =>
      Array.isArray(value) ? value.every(isPlain) : value === null || typeof value !== 'object';
    for (const one of settingsTree.leaves) {
      expect(isPlain(one.default), one.path).toBe(true);
      expect(one.schema.safeParse([{ name: 'a' }]).success, one.path).toBe(false);
      expect(one.schema.safeParse({ name: 'a' }).success, one.path).toBe(false);
    }
  });

  test('is for administrators unless it says otherwise', () => {
    const of = (audience: Audience) =>
      settingsTree.leaves.filter((one) => one.audience === audience).map(({ path }) => path);
    const content = [
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
    ];
    expect(of('public')).toEqual([
      'site.name',
      'site.publicUrl',
      'site.mode',
      ...content.map((name) => `site.${name}`),
      ...['registrationOpen', 'inviteOnly', 'verifyEmail', 'captcha', 'captchaSiteKey'].map(
        (name) => `accounts.${name}`,
      ),
      'rewards.invitations',
      'providerKeys.enabled',
    ]);
    const ways = [
      'captchaSecret',
      'secondFactor',
      'sessionIdleMs',
      'sessionMaxMs',
      'proofGraceMs',
      'signInPrivateHosts',
      'noticePrivateHosts',
    ];
    const s3 = [
      'endpoint',
      'region',
      'bucket',
      'prefix',
      'accessKeyId',
      'secretAccessKey',
      'virtualHosted',
      'redirect',
    ];
    expect(of('root')).toEqual([
      ...ways.map((name) => `accounts.${name}`),
      'mail.password',
      'mail.allowSelfSigned',
      'media.fetch.allowPrivate',
      'media.results.store',
      'media.results.directory',
      ...s3.map((name) => `media.results.s3.${name}`),
      'log.auditRetentionDays',
    ]);
  });
});

test('what is for somebody is for whoever may do more', () => {
  const readers: readonly Audience[] = ['public', 'admin', 'root'];
  const shown = readers.map((reader) => readers.filter((audience) => isShownTo(audience, reader)));
  expect(shown).toEqual([['public'], ['public', 'admin'], ['public', 'admin', 'root']]);
});

test('strangers get the public values and no others', () => {
  const tree = createSettingsTree({
    site: { name: leaf(z.string(), 'x', { ...forAll, unit: 'none', description: 'Name.' }) },
    mail: {
      from: leaf(z.string(), 'a@b.example', { ...forAdmins, unit: 'none', description: 'Sender.' }),
      password: secretLeaf(z.string(), { audience: 'root', unit: 'none', restart: false, description: 'Password.' }),
      deep: { port: whole([1, 9, 2], 'count', forRoot, 'Port.') },
    },
  });
  const { settings } = tree.read([
    { path: 'mail.password', value: 'p' },
    { path: 'mail.deep.port', value: 3 },
  ]);
  expect(settings).toEqual({
    site: { name: 'x' },
    mail: { from: 'a@b.example', password: 'p', deep: { port: 3 } },
  });
  expect(tree.publicPart(settings)).toEqual({ site: { name: 'x' } });
  expect(tree.isBranch('mail.deep')).toBe(true);
  expect(tree.isBranch('mail.deep.port')).toBe(false);
  expect(tree.find('mail.password')).toMatchObject({ secret: true, default: '' });
});

test('rows make a tree, the rest is default, and what does not fit is named', () => {
  const { settings, unfit } = settingsTree.read([
    { path: 'relay.maxAttempts', value: 7 },
    { path: 'limits.user.concurrent', value: 3 },
    { path: 'relay.gone', value: 1 },
    { path: 'relay.maxChoices', value: 'many' },
    { path: '__proto__.polluted', value: true },
  ]);
  expect(settings.relay.maxAttempts).toBe(7);
  expect(settings.limits.user.concurrent).toBe(3);
  expect(settings.health).toEqual(defaultSettings.health);
  expect(unfit).toEqual(['relay.gone', 'relay.maxChoices', '__proto__.polluted']);
});

test('hosts that are fetched from although they are private are addresses, networks or names', () => {
  const schema = settingsTree.find('media.fetch.allowPrivate')?.schema;
  const fits = (entry: string): boolean | undefined => schema?.safeParse([entry]).success;
  for (const entry of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', 'minio', 'files.internal', 'a-b.xn--p1ai'])
    expect(fits(entry), entry).toBe(true);
  for (const entry of ['', '10.0.0.0/33', '10.0.0.300', '10.0.0', '*', '*.internal', 'http://a', 'a:80', 'a b', 'a/8'])
    expect(fits(entry), entry).toBe(false);
  expect(schema?.safeParse(['a:80']).error?.issues[0]?.message).toContain('must be an IP address');
});
