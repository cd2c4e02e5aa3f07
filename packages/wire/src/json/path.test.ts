import { describe, expect, test } from 'bun:test';
import { editAt, readPath, removeAt, setAt, valuesAt } from './path.ts';

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

describe('paths with stars and from the end', () => {
  const body = { messages: [{ role: 'a', t: ' x ' }, { role: 'b' }], tags: { one: 1, two: 2 }, 'a*': 1, '*': 2 };

  test('reads what is there', () => {
    expect(valuesAt(body, readPath('messages.-1.role'))).toEqual(['b']);
    expect(valuesAt(body, readPath('messages.*.role'))).toEqual(['a', 'b']);
    expect(valuesAt(body, readPath('messages.#'))).toEqual([2]);
    expect(valuesAt(body, readPath('tags.*'))).toEqual([1, 2]);
    expect(valuesAt(body, readPath('\\*'))).toEqual([2]);
    expect(valuesAt(body, readPath('a*'))).toEqual([1]);
    expect(valuesAt(body, readPath('messages.-3'))).toEqual([]);
    expect(valuesAt(body, readPath('constructor.name'))).toEqual([]);
    expect(valuesAt(body, readPath(''))).toEqual([body]);
  });

  test('edits what is there, and makes nothing through a star', () => {
    expect(editAt(body, readPath('messages.*.role'), () => 'c').messages).toEqual([
      { role: 'c', t: ' x ' },
      { role: 'c' },
    ]);
    const edited = editAt(body, readPath('messages.-1.role'), () => 'c');
    expect(edited['messages']).toEqual([{ role: 'a', t: ' x ' }, { role: 'c' }]);
    expect((edited['messages'] as readonly unknown[])[0]).toBe(body.messages[0]);
    expect(editAt(body, readPath('none.*.role'), () => 'c')).toBe(body);
    expect(editAt(body, readPath('messages.*'), () => undefined)['messages']).toEqual([]);
    expect(editAt(body, readPath('tags.*'), (value) => (value === 1 ? undefined : value))['tags']).toEqual({ two: 2 });
    expect(setAt({ list: [] }, 'list.-1', 1)).toEqual({ list: [1] });
    expect(editAt(body, readPath(''), () => ({}))).toEqual({});
    expect(editAt(body, readPath(''), () => 1)).toBe(body);
  });
});
