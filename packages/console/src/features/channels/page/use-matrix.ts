import { useEffect, useRef, useState } from 'react';
import { api, type Answer } from '../../../lib/api.ts';
import { errorOf } from '../../../lib/error-of.ts';
import type { Input } from '../../../lib/operations.ts';

type Body = NonNullable<Input<'channels.test'>['body']>;
export type Outcome = 'asking' | Answer<'channels.test'> | { readonly error: Error };

/** What a model is tried with, one of the columns. */
export const trials = {
  answer: {},
  stream: { stream: true },
  tools: { feature: 'tools' },
  vision: { feature: 'vision' },
} as const satisfies Readonly<Record<string, Body>>;
export type TrialName = keyof typeof trials;
export const trialNames = Object.keys(trials) as readonly TrialName[];

export type Cell = { readonly model: string; readonly trial: TrialName };
export const cellKey = ({ model, trial }: Cell): string => `${trial} ${model}`;

/** So many are asked at once: more would be a test of the vendor’s limits. */
const atOnce = 3;

/** Tests of models of a channel, a few at a time, as they come in; they end where somebody stops them or leaves. */
export function useMatrix(channelId: string, more: Pick<Body, 'endpoint' | 'credential'>) {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [left, setLeft] = useState(0);
  const round = useRef(0);
  useEffect(
    () => () => {
      round.current += 1;
    },
    [],
  );
  const note = (cell: Cell, outcome: Outcome | undefined): void =>
    setOutcomes((before) => {
      const next = new Map(before);
      if (outcome === undefined) next.delete(cellKey(cell));
      else next.set(cellKey(cell), outcome);
      return next;
    });
  const ask = async (cell: Cell): Promise<Outcome> => {
    try {
      const body = { ...more, ...trials[cell.trial], model: cell.model };
      // What goes along is written for chats alone.
      if ('feature' in body) delete body.endpoint;
      return await api.call('channels.test', { params: { id: channelId }, body });
    } catch (error) {
      return { error: errorOf(error) };
    }
  };
  const run = async (cells: readonly Cell[]): Promise<void> => {
    round.current += 1;
    const mine = round.current;
    const waiting = [...cells];
    setLeft(cells.length);
    const work = async (): Promise<void> => {
      for (let cell = waiting.shift(); cell !== undefined && round.current === mine; cell = waiting.shift()) {
        note(cell, 'asking');
        const outcome = await ask(cell);
        note(cell, outcome);
        if (round.current === mine) setLeft((count) => count - 1);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, cells.length) }, work));
    if (round.current === mine) setLeft(0);
  };
  const stop = (): void => {
    round.current += 1;
    setLeft(0);
  };
  return { outcomes, left, run, stop, clear: () => setOutcomes(new Map()) };
}
