import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { useState } from 'react';
import { closeDom, openDom } from '../../testing/dom.ts';
import type * as library_ from '@testing-library/react/pure';
import type { Column } from './column.ts';
import type { DataGrid as DataGrid_ } from './data-grid.tsx';

type Thing = { readonly id: string; readonly name: string; readonly size: number };

let library: typeof library_;
let DataGrid: typeof DataGrid_;

beforeAll(async () => {
  await openDom();
  library = await import('@testing-library/react/pure');
  ({ DataGrid } = await import('./data-grid.tsx'));
});
afterEach(() => {
  library.cleanup();
  localStorage.clear();
});
afterAll(closeDom);

// Not the library's own: that keeps to the first document that there was in this process.
const screen = () => library.within(document.body);

const things: readonly Thing[] = Array.from({ length: 5000 }, (_, index) => ({
  id: `t${index}`,
  name: `thing ${index}`,
  size: (index * 37) % 5003,
}));
const saved: string[] = [];
const columns: readonly Column<Thing>[] = [
  { id: 'name', header: 'Name', cell: (thing) => thing.name, width: 100, hideable: false, sort: (thing) => thing.name },
  {
    id: 'size',
    header: 'Size',
    cell: (thing) => thing.size,
    width: 100,
    align: 'end',
    sort: (thing) => thing.size,
    edit: {
      read: (thing) => String(thing.size),
      note: ({ id }) => (id === 't3' ? 'Its other sizes stay.' : undefined),
      check: (text) => (/^\d+$/.test(text) ? undefined : 'No number.'),
      save: async (text, thing) => void saved.push(`${thing.id}=${text}`),
    },
  },
];

type Options = {
  readonly rows?: readonly Thing[] | undefined;
  readonly error?: Error;
  readonly onClear?: () => void;
  readonly onOpen?: (thing: Thing) => void;
};

function Grid({ rows, error, onClear, onOpen }: Options) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return (
    <DataGrid
      id="things"
      label="Things"
      columns={columns}
      rows={rows}
      rowId={(thing) => thing.id}
      rowLabel={(thing) => thing.name}
      failed="The things could not be read"
      empty={<p>No things yet</p>}
      selection={{
        ids,
        onChange: setIds,
        actions: (chosen) => <p>{`chosen: ${chosen.map(({ id }) => id).join(' ')}`}</p>,
      }}
      {...(error !== undefined && { error })}
      {...(onClear !== undefined && { onClearFilters: onClear })}
      {...(onOpen !== undefined && { onOpen })}
    />
  );
}

const cell = (place: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-cell="${place}"]`);
  if (found === null) throw new Error(`no cell ${place}`);
  return found;
};
const focused = (): string | null | undefined => document.activeElement?.getAttribute('data-cell');
const focus = (place: string): void => library.act(() => cell(place).focus());
/** Keys go to what has the focus; a cell has it in the frame after. */
async function press(
  ...keys: readonly (string | { readonly key: string; readonly shiftKey?: true; readonly ctrlKey?: true })[]
) {
  for (const key of keys)
    await library.act(async () => {
      library.fireEvent.keyDown(document.activeElement ?? document.body, typeof key === 'string' ? { key } : key);
      await new Promise((done) => requestAnimationFrame(done));
    });
}

test('five thousand rows are a few in the document, and a grid to who cannot see it', () => {
  library.render(<Grid rows={things} />);
  const grid = screen().getByRole('grid', { name: 'Things' });
  expect(grid.getAttribute('aria-rowcount')).toBe('5001');
  expect(screen().getAllByRole('row').length).toBeLessThan(60);
  expect(document.querySelectorAll('[role=grid] [tabindex="0"], [role=grid][tabindex="0"]')).toHaveLength(1);
});

test('one tab stop; arrows, Home, End and pages move within, letters move and choose', async () => {
  library.render(<Grid rows={things} />);
  focus('0:0');
  await press('ArrowDown', 'ArrowRight');
  expect(focused()).toBe('1:1');
  await press('End', 'j', 'j', 'k');
  expect(focused()).toBe('2:2');
  await press('Home', 'x');
  expect(focused()).toBe('2:0');
  await press({ key: 'ArrowDown', shiftKey: true }, { key: 'ArrowDown', shiftKey: true });
  expect(screen().getByText('chosen: t2 t3 t4')).toBeDefined();
  expect(screen().getByText('3 selected')).toBeDefined();
  await press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp');
  expect(focused()).toBe('-1:0');
});

test('Enter on a header sorts up, down and not at all; numbers begin with the largest', async () => {
  library.render(<Grid rows={things} />);
  const top = (): string | null => cell('0:1').textContent;
  focus('0:2');
  await press('ArrowUp', 'Enter');
  expect(cell('-1:2').getAttribute('aria-sort')).toBe('descending');
  const largest = things.toSorted((one, other) => other.size - one.size)[0];
  expect(top()).toBe(largest?.name ?? 'none');
  await press('Enter');
  expect(cell('-1:2').getAttribute('aria-sort')).toBe('ascending');
  expect(top()).toBe('thing 0');
  await press('Enter');
  expect(cell('-1:2').getAttribute('aria-sort')).toBe('none');
});

test('a cell is changed in its place: refused, corrected, saved, and the focus comes back', async () => {
  library.render(<Grid rows={things} />);
  focus('3:2');
  await press('e');
  const input = screen().getByLabelText<HTMLInputElement>('Size of thing 3');
  const told = (): string | null | undefined =>
    document.querySelector(`#${CSS.escape(input.getAttribute('aria-describedby') ?? '')}`)?.textContent;
  expect(told()).toBe('Its other sizes stay.');
  library.fireEvent.change(input, { target: { value: 'many' } });
  await library.act(async () => void library.fireEvent.keyDown(input, { key: 'Enter' }));
  expect(screen().getByRole('alert').textContent).toBe('No number.');
  expect(told()).toBe('No number.');
  expect(saved).toEqual([]);
  library.fireEvent.change(input, { target: { value: '12' } });
  await library.act(async () => {
    library.fireEvent.keyDown(input, { key: 'Enter' });
    await new Promise((done) => requestAnimationFrame(done));
  });
  expect(saved).toEqual(['t3=12']);
  expect(focused()).toBe('3:2');
});

test('a row is opened by Enter and by a click beside what can be pressed', async () => {
  const opened: string[] = [];
  library.render(<Grid rows={things} onOpen={({ id }) => opened.push(id)} />);
  focus('1:1');
  await press('Enter');
  library.fireEvent.click(cell('2:1'));
  library.fireEvent.click(screen().getByRole('checkbox', { name: 'Select thing 4' }));
  expect(opened).toEqual(['t1', 't2']);
});

test('nothing yet, nothing here, nothing that matches, and nothing that could be read are told apart', () => {
  const { rerender } = library.render(<Grid rows={undefined} />);
  expect(screen().queryByText('No things yet')).toBeNull();
  rerender(<Grid rows={[]} />);
  expect(screen().getByText('No things yet')).toBeDefined();
  let cleared = 0;
  rerender(<Grid rows={[]} onClear={() => void cleared++} />);
  library.fireEvent.click(screen().getByRole('button', { name: 'Clear the filters' }));
  expect(cleared).toBe(1);
  rerender(<Grid rows={undefined} error={new Error('Gone.')} />);
  expect(screen().getByRole('alert').textContent).toContain('The things could not be readGone.');
  rerender(<Grid rows={things} error={new Error('Gone.')} />);
  expect(screen().getByRole('alert').textContent).toContain('Gone.');
  expect(screen().getByRole('grid')).toBeDefined();
});
