import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import type * as library_ from '@testing-library/react/pure';
import { changesOf } from '../../lib/changes.ts';
import { closeDom, openDom } from '../../testing/dom.ts';
import type { Changes as Changes_ } from './changes.tsx';

let library: typeof library_;
let Changes: typeof Changes_;

beforeAll(async () => {
  await openDom();
  library = await import('@testing-library/react/pure');
  ({ Changes } = await import('./changes.tsx'));
});
afterEach(() => library.cleanup());
afterAll(closeDom);

test('amounts in nano-dollars are shown as money, what is named otherwise as written', () => {
  const after = { amountNanos: '-3500000000', limits: { spentNanos: '1' }, note: '3500000000', volcanos: '5' };
  const { container } = library.render(<Changes changes={changesOf(null, after)} />);
  const shown = [...container.querySelectorAll('ins')].map(({ textContent }) => textContent?.replace('After: ', ''));
  expect(shown).toEqual(['−$3.50', '$0.000000001', '3500000000', '5']);
});
