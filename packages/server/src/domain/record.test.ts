import { test } from 'bun:test';
import fc from 'fast-check';
import { createIdSource } from '../ids.ts';
import { requestIdFloor } from './record.ts';

test('law: the floor of a moment parts the ids made before it from those made since', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 45 }), fc.integer({ min: 1, max: 2 ** 40 }), (at, later) => {
      const idAt = (ms: number): string =>
        `req_${createIdSource(
          () => ms,
          (size) => new Uint8Array(size).fill(31),
        )()}`;
      const floor = requestIdFloor(at + later);
      return idAt(at) < floor && idAt(at + later) >= floor;
    }),
  );
});
