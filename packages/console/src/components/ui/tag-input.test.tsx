import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { useState } from 'react';
import type * as library_ from '@testing-library/react/pure';
import { closeDom, openDom } from '../../testing/dom.ts';
import type { TagInput as TagInput_ } from './tag-input.tsx';

let library: typeof library_;
let TagInput: typeof TagInput_;

beforeAll(async () => {
  await openDom();
  library = await import('@testing-library/react/pure');
  ({ TagInput } = await import('./tag-input.tsx'));
});
afterEach(() => library.cleanup());
afterAll(closeDom);

const suggestions = ['fast', 'faster', 'slow'].map((value) => ({ value, label: value }));

function Field() {
  const [values, setValues] = useState<readonly string[]>([]);
  return <TagInput label="Models" values={values} onChange={setValues} suggestions={suggestions} />;
}

test('what is taken in closes the list, which would cover what follows; typing and the arrows open the list again', () => {
  const { fireEvent, render } = library;
  render(<Field />);
  // Not the library's own: that keeps to the first document that there was in this process.
  const screen = library.within(document.body);
  const field = screen.getByRole('combobox', { name: 'Models' });
  const open = (): string | null => field.getAttribute('aria-expanded');
  fireEvent.change(field, { target: { value: 'fa' } });
  expect(open()).toBe('true');
  fireEvent.keyDown(field, { key: 'ArrowDown' });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(screen.getByRole('button', { name: 'Remove fast' })).toBeDefined();
  expect(open()).toBe('false');
  fireEvent.keyDown(field, { key: 'ArrowDown' });
  expect(open()).toBe('true');
  fireEvent.pointerDown(screen.getByRole('option', { name: 'slow' }));
  expect(open()).toBe('false');
  fireEvent.change(field, { target: { value: 'of my own' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(screen.getByRole('button', { name: 'Remove of my own' })).toBeDefined();
  expect(open()).toBe('false');
});
