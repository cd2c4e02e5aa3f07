import { expect, test } from 'bun:test';
import { doneSteps, nextStep, stepAfter } from './progress.ts';

const next = (facts: Partial<Parameters<typeof doneSteps>[0]>): string =>
  nextStep(doneSteps({ modeChosen: false, serving: 0, served: 0, ...facts }));

test('goes on with the first thing that is missing', () => {
  expect(next({})).toBe('checks');
  expect(next({ modeChosen: true })).toBe('provider');
  expect(next({ modeChosen: true, serving: 1 })).toBe('request');
  expect(next({ modeChosen: true, serving: 1, served: 1 })).toBe('request');
});

test('a gateway that was configured by a file is only asked what no file said', () => {
  expect(next({ serving: 2 })).toBe('mode');
  expect(next({ serving: 2, served: 9 })).toBe('mode');
});

test('steps follow each other, and the last one is the end', () => {
  expect(stepAfter('checks')).toBe('mode');
  expect(stepAfter('request')).toBe('request');
});
