import { expect, test } from 'bun:test';
import { openPlaces, type Entrance } from './places.ts';

type Place = { readonly name: string };
const nobody = new AbortController().signal;

/** A door that answers later, as with a limiter that asks another machine. */
function slowDoor(name: string, channelId = name) {
  const answers: ((taken: boolean) => void)[] = [];
  const entrance: Entrance<Place> = {
    channelId,
    leadsTo: { name },
    enter: () => new Promise((resolve) => answers.push(resolve)),
  };
  return { entrance, answers };
}

test('who waits at two doors goes through one', async () => {
  const places = openPlaces<Place>();
  const [a, b] = [slowDoor('a'), slowDoor('b')];
  const waiting = places.wait([a.entrance, b.entrance], 10_000, nobody);
  expect([places.awaited('a'), places.awaited('b'), places.awaited('c')]).toEqual([true, true, false]);
  places.freed('b');
  places.freed('a');
  expect([a.answers.length, b.answers.length]).toEqual([0, 1]);
  b.answers[0]?.(true);
  expect(await waiting).toEqual({ name: 'b' });
  expect([places.awaited('a'), places.awaited('b')]).toEqual([false, false]);
});

test('who is at the door already is not passed by, and the next one gets the next place', async () => {
  const places = openPlaces<Place>();
  const [first, second] = [slowDoor('first', 'a'), slowDoor('second', 'a')];
  const waiting = [places.wait([first.entrance], 10_000, nobody), places.wait([second.entrance], 10_000, nobody)];
  places.freed('a');
  places.freed('a');
  expect([first.answers.length, second.answers.length]).toEqual([1, 1]);
  // No room after all: it waits on, and keeps its place in the line.
  first.answers[0]?.(false);
  await Bun.sleep(1);
  places.freed('a');
  expect(first.answers.length).toBe(2);
  first.answers[1]?.(true);
  second.answers[0]?.(true);
  expect(await Promise.all(waiting)).toEqual([{ name: 'first' }, { name: 'second' }]);
});

test('a place that is being asked for when the wait ends is not lost', async () => {
  const places = openPlaces<Place>();
  const leaving = new AbortController();
  const door = slowDoor('a');
  const waiting = places.wait([door.entrance], 10_000, leaving.signal);
  places.freed('a');
  leaving.abort();
  door.answers[0]?.(true);
  expect(await waiting).toEqual({ name: 'a' });
  const late = slowDoor('a');
  const short = places.wait([late.entrance], 1, nobody);
  places.freed('a');
  await Bun.sleep(5);
  late.answers[0]?.(false);
  expect(await short).toBeUndefined();
  expect(await places.wait([late.entrance], 10_000, leaving.signal)).toBeUndefined();
  expect(places.awaited('a')).toBe(false);
});

test('a place of which nobody told is found by the first in the line, also where one was asked for in vain meanwhile', async () => {
  const places = openPlaces<Place>();
  const [a, b] = [slowDoor('a'), slowDoor('b')];
  const waiting = places.wait([a.entrance, b.entrance], 10_000, nobody);
  places.freed('a');
  // Told while it asks at the other door, and so for nothing.
  places.freed('b');
  expect([a.answers.length, b.answers.length]).toEqual([1, 0]);
  a.answers[0]?.(false);
  // Tried by itself: first at the one, then at the other.
  while (a.answers.length < 2) await Bun.sleep(1);
  a.answers[1]?.(false);
  while (b.answers.length < 1) await Bun.sleep(1);
  b.answers[0]?.(true);
  expect(await waiting).toEqual({ name: 'b' });
});

test('a door that breaks has no place', async () => {
  const places = openPlaces<Place>();
  let asked = 0;
  const broken: Entrance<Place> = {
    channelId: 'a',
    leadsTo: { name: 'a' },
    enter: () => (++asked === 1 ? Promise.reject(new Error('away')) : true),
  };
  const waiting = places.wait([broken], 10_000, nobody);
  places.freed('a');
  // A mistake there ends nothing: it is tried again.
  expect(await waiting).toEqual({ name: 'a' });
  expect(places.awaited('a')).toBe(false);
});
