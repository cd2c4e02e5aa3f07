import { describe, expect, test } from 'bun:test';
import path from 'node:path';
import { z } from 'zod';
import { permissions, reachOf, readingScope, roles, type Permission, type Role } from '../permissions.ts';
import { declare, type Declaration, type Sent, type Shown } from './declare.ts';
import { operations, type Operations } from './list.ts';
import { idParams } from './params.ts';
import { fillPath } from './path.ts';

const every = Object.entries<Declaration>(operations);

describe('the list of operations', () => {
  test('has every operation that an area declares, once', async () => {
    const names: string[] = [];
    for (const file of new Bun.Glob('*.ts').scanSync(import.meta.dirname)) {
      if (file === 'list.ts' || file.endsWith('.test.ts')) continue;
      const exported = z.record(z.string(), z.unknown()).parse(await import(path.join(import.meta.dirname, file)));
      for (const [name, area] of Object.entries(exported))
        if (name.endsWith('Operations')) names.push(...Object.keys(z.record(z.string(), z.unknown()).parse(area)));
    }
    expect(names.toSorted()).toEqual(Object.keys(operations).toSorted());
  });

  test('has one operation for a method and path', () => {
    const places = every.map(([, one]) => `${one.method} ${one.path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(places.toSorted()).toEqual([...new Set(places)].toSorted());
  });

  test('names the parameters of each path, and no others', () => {
    for (const [name, one] of every) {
      const inPath = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param);
      const declared = one.params instanceof z.ZodObject ? Object.keys(one.params.shape) : [];
      expect([name, ...declared]).toEqual([name, ...inPath]);
    }
  });

  test('reads with a reading permission: what a read-only token or a link may call changes nothing', () => {
    for (const [name, one] of every)
      if (one.method === 'get' && one.permission !== 'public') expect(name + one.permission).toEndWith(':read');
  });
});

describe('the table of permissions', () => {
  const rank = { none: 0, own: 1, any: 2 };
  const all = Object.keys(permissions) as Permission[];

  test('gives a more powerful role no less', () => {
    const reaches = (permission: Permission, role: Role): number => rank[reachOf(permission, { role }) ?? 'none'];
    for (const permission of all) {
      const [root = 0, admin = 0, user = 0] = roles.map((role) => reaches(permission, role));
      expect(`${permission} ${root > 0 && root >= admin && admin >= user}`).toBe(`${permission} true`);
    }
  });

  test('lets a read-only token read, and nothing else', () => {
    for (const permission of all)
      for (const role of roles)
        expect(reachOf(permission, { role, scope: readingScope })).toBe(
          permission.endsWith(':read') ? reachOf(permission, { role }) : undefined,
        );
  });

  test('is used up: each permission opens an operation, or is asked for within one', () => {
    const asked = new Set<string>(every.map(([, one]) => one.permission));
    expect(all.filter((permission) => !asked.has(permission))).toEqual(['secrets:write']);
  });
});

test('a path is filled in segment by segment', () => {
  expect(fillPath('/models/{name}', { name: 'org/a b?' })).toBe('/models/org%2Fa%20b%3F');
  expect(fillPath('/keys')).toBe('/keys');
  expect(() => fillPath('/keys/{id}', { id: '' })).toThrow('needs id');
  expect(() => fillPath('/keys/{id}', {})).toThrow('needs id');
});

/** Compiles when both are the same type. */
const same = <A, B>(_same: [A] extends [B] ? ([B] extends [A] ? true : false) : false): void => undefined;

test('what is declared wrongly does not compile', () => {
  const one = { method: 'get', permission: 'keys:read', summary: '' } as const;
  declare({ 'keys.good': { ...one, path: '/keys/{id}', params: idParams } });
  // @ts-expect-error no such permission
  declare({ 'keys.bad': { ...one, path: '/keys', permission: 'keys:steal' } });
  // @ts-expect-error no permission at all
  declare({ 'keys.bad': { method: 'get', path: '/keys', summary: '' } });
  // @ts-expect-error a parameter that is not declared
  declare({ 'keys.bad': { ...one, path: '/keys/{id}' } });
  // @ts-expect-error a parameter by another name
  declare({ 'keys.bad': { ...one, path: '/keys/{name}', params: idParams } });
  // @ts-expect-error a parameter that the path does not have
  declare({ 'keys.bad': { ...one, path: '/keys', params: idParams } });
  // @ts-expect-error a path without its slash
  declare({ 'keys.bad': { ...one, path: 'keys' } });
  // @ts-expect-error events are only ever read
  declare({ 'keys.bad': { ...one, path: '/keys', method: 'post', kind: 'events', event: idParams } });
  // @ts-expect-error a file is of some type
  declare({ 'keys.bad': { ...one, path: '/keys', kind: 'file' } });

  same<Sent<Operations['session.delete']>, unknown>(true);
  same<Sent<Operations['keys.read']>, { readonly params: { id: string } }>(true);
  same<keyof Sent<Operations['keys.update']>, 'params' | 'body'>(true);
  same<Shown<Operations['setup.read']>, { needed: boolean }>(true);
  same<Shown<Operations['keys.delete']>, undefined>(true);
  // @ts-expect-error not the same
  same<Shown<Operations['keys.delete']>, string>(true);
});
