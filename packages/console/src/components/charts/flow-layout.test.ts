import { expect, test } from 'bun:test';
import { placeFlow } from './flow-layout.ts';

const node = (id: string) => ({ id, label: id });
const flow = {
  columns: [[node('a'), node('b'), node('idle')], [node('m'), node('n')], [node('x')]],
  links: [
    [
      { from: 'a', to: 'm', value: 6 },
      { from: 'a', to: 'n', value: 2 },
      { from: 'b', to: 'm', value: 2 },
      { from: 'b', to: 'n', value: 0 },
    ],
    [
      { from: 'm', to: 'x', value: 8 },
      { from: 'n', to: 'x', value: 2 },
    ],
  ],
};

test('heights are in proportion, columns fit, and what has no value is not there', () => {
  const { nodes, links } = placeFlow(flow, 110);
  expect(nodes.map(({ id, value, top, height }) => [id, value, top, height])).toEqual([
    ['a', 8, 0, 80],
    ['b', 2, 90, 20],
    ['m', 8, 0, 80],
    ['n', 2, 90, 20],
    ['x', 10, 0, 100],
  ]);
  expect(links).toHaveLength(5);
});

test('bands of a node lie side by side on both of their ends', () => {
  const { links } = placeFlow(flow, 110);
  expect(links.map(({ from, to, fromTop, toTop, thickness }) => [from, to, fromTop, toTop, thickness])).toEqual([
    ['a', 'm', 0, 0, 60],
    ['a', 'n', 60, 90, 20],
    ['b', 'm', 90, 60, 20],
    ['m', 'x', 0, 0, 80],
    ['n', 'x', 90, 80, 20],
  ]);
});

test('nothing flows: nothing is placed', () => {
  expect(placeFlow({ columns: [[node('a')], [node('m')]], links: [[]] }, 100)).toEqual({ nodes: [], links: [] });
});
