import { expect, test } from 'bun:test';
import { defaultSettings, settingLeaves, settingsFromRows } from './settings.ts';

test('every leaf has a description and a default its own schema accepts', () => {
  expect(settingLeaves.length).toBeGreaterThan(25);
  for (const leaf of settingLeaves) {
    expect(leaf.description, leaf.path).not.toBe('');
    expect(leaf.schema.safeParse(leaf.default).success, leaf.path).toBe(true);
  }
});

test('rows make a tree, the rest is default, and what does not fit is named', () => {
  const { settings, unfit } = settingsFromRows([
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
  const leaf = settingLeaves.find(({ path }) => path === 'media.fetch.allowPrivate');
  const fits = (entry: string): boolean | undefined => leaf?.schema.safeParse([entry]).success;
  for (const entry of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', 'minio', 'files.internal', 'a-b.xn--p1ai'])
    expect(fits(entry), entry).toBe(true);
  for (const entry of ['', '10.0.0.0/33', '10.0.0.300', '10.0.0', '*', '*.internal', 'http://a', 'a:80', 'a b', 'a/8'])
    expect(fits(entry), entry).toBe(false);
  expect(leaf?.schema.safeParse(['a:80']).error?.issues[0]?.message).toContain('must be an IP address');
});
