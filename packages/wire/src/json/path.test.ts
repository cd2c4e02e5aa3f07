import { describe, expect, test } from 'bun:test';
import { removeAt, setAt } from './path.ts';

describe('setAt', () => {
  const body = { a: { b: [{ c: 1 }, 2] }, s: 'x', n: null };

  test('sets deep values and makes the objects on the way', () => {
    expect(setAt(body, 'a.b.0.c', 3)).toEqual({ a: { b: [{ c: 3 }, 2] }, s: 'x', n: null });
    expect(setAt(body, 'a.b.2', 3).a).toEqual({ b: [{ c: 1 }, 2, 3] });
    expect(setAt(body, 'p.q.0', 1)).toEqual({ ...body, p: { q: { '0': 1 } } });
    expect(setAt(body, 'n.x', 1)).toEqual({ ...body, n: { x: 1 } });
    expect(setAt(body, 'x\\.y', 1)).toEqual({ ...body, 'x.y': 1 });
    expect(body.a.b).toEqual([{ c: 1 }, 2]);
  });

  test('returns its argument when nothing changes', () => {
    expect(setAt(body, 'a.b.0.c', 1)).toBe(body);
    expect(setAt(body, 'a', { b: [{ c: 1 }, 2] })).toBe(body);
    expect(setAt(body, 's.t', 1)).toBe(body);
    expect(setAt(body, 'a.b.9', 1)).toBe(body);
    expect(setAt(body, 'a.b.x', 1)).toBe(body);
    expect(removeAt(body, 'a.x.y')).toBe(body);
    expect(removeAt(body, 'a.b.7')).toBe(body);
    expect(removeAt(body, 'toString')).toBe(body);
    expect(removeAt(body, '__proto__.toString')).toBe(body);
  });

  test('removes, and never touches a prototype', () => {
    expect(removeAt(body, 'a.b.0')).toEqual({ a: { b: [2] }, s: 'x', n: null });
    expect(removeAt(body, 'n')).toEqual({ a: body.a, s: 'x' });
    setAt(body, 'constructor.prototype.polluted', 1);
    setAt(body, 'a.__proto__.polluted', 1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(setAt(body, '__proto__', { x: 1 }))).toBe(Object.prototype);
  });
});
