import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { assemble } from './assemble.ts';
import { explode } from './explode.ts';
import { factsOf } from './watch.ts';
import { responses } from './testing/arbitraries.ts';

describe('assemble and explode', () => {
  test('assemble(explode(r)) = r', () => {
    fc.assert(
      fc.property(responses, (response) => {
        expect(assemble(explode(response))).toEqual(response);
      }),
    );
  });

  test('an answer is meaningful when something is in it', () => {
    const blank = { id: 'a', model: 'm', choices: [{ index: 0, parts: [], finish: { reason: 'stop' } }] } as const;
    expect(factsOf(blank).meaningful).toBe(false);
    expect(factsOf({ ...blank, choices: [{ index: 0, parts: [{ type: 'text', text: 'hi' }] }] }).meaningful).toBe(true);
  });
});
