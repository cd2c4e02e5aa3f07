import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { costOf } from '../../lib/cost-of.ts';
import { keep, stored } from '../../lib/preferences.ts';
import { ask } from './ask.ts';
import {
  emptyColumn,
  isOpen,
  lastAnswer,
  maxColumns,
  newAnswer,
  openCalls,
  readBoard,
  withoutAnswer,
  type Answer,
  type Board,
  type Column,
  type Message,
} from './conversation.ts';
import { requestOf } from './request.ts';

export type BoardActions = {
  /** Changes the model, the key or the settings of a column. */
  change(id: string, patch: Partial<Pick<Column, 'keyId' | 'model' | 'settings'>>): void;
  /** Gives all columns the settings of this one. */
  spread(id: string): void;
  add(): void;
  remove(id: string): void;
  /** Forgets what was said, in all columns. */
  clear(): void;
  /** Says something in every column that can be asked. Tool calls that are open are answered with `results` by their ids. */
  send(said: { readonly text: string; readonly images: readonly string[] }): void;
  answerCalls(id: string, results: Readonly<Record<string, string>>): void;
  retry(id: string): void;
  /** Stops one column, or all of them. */
  stop(id?: string): void;
};

/** The columns of the playground, kept in this browser for whoever is signed in, and what is being asked in them. */
export function useBoard(userId: string, first: Partial<Pick<Column, 'keyId' | 'model'>>): [Board, BoardActions] {
  const place = `tollgate.playground.${userId}`;
  const [board, setBoard] = useState<Board>(() => opened(readBoard(stored(place)), first));
  const latest = useRef(board);
  const running = useRef(new Map<string, AbortController>());

  const write = useCallback((id: string, change: (column: Column) => Column): void => {
    latest.current = { columns: latest.current.columns.map((one) => (one.id === id ? change(one) : one)) };
    setBoard(latest.current);
  }, []);
  const replace = useCallback((columns: readonly Column[]): void => {
    latest.current = { columns: [...columns] };
    setBoard(latest.current);
  }, []);

  useEffect(() => {
    // Not with each piece of an answer.
    const timer = setTimeout(() => keep(place, JSON.stringify(board)), 400);
    return () => clearTimeout(timer);
  }, [board, place]);
  useEffect(() => {
    const { current: open } = running;
    return () => {
      for (const controller of open.values()) controller.abort();
      keep(place, JSON.stringify(latest.current));
    };
  }, [place]);

  const run = useCallback(
    (id: string, messages: readonly Message[]): void => {
      const column = latest.current.columns.find((one) => one.id === id);
      if (column === undefined || column.keyId === '' || column.model === '') return;
      running.current.get(id)?.abort();
      const controller = new AbortController();
      running.current.set(id, controller);
      const put = (answer: Answer): void => {
        // Whoever was stopped by a new question has nothing to say any more.
        if (running.current.get(id) === controller)
          write(id, (one) => ({ ...one, messages: [...withoutAnswer(one), answer] }));
      };
      write(id, (one) => ({ ...one, messages: [...messages, newAnswer] }));
      const body = requestOf({ ...column, messages: [...messages] });
      const { signal } = controller;
      void ask({ keyId: column.keyId, body, signal, onAnswer: put }).then(async (answer) => {
        put(answer);
        if (running.current.get(id) === controller) running.current.delete(id);
        const { requestId } = answer;
        if (requestId === undefined || (answer.state === 'failed' && answer.text === '')) return;
        const amountNanos = await costOf(column.keyId, requestId);
        if (amountNanos !== undefined)
          write(id, (one) => ({
            ...one,
            messages: one.messages.map((message) =>
              message.role === 'assistant' && message.requestId === requestId ? { ...message, amountNanos } : message,
            ),
          }));
      });
    },
    [write],
  );

  const actions = useMemo((): BoardActions => {
    const columns = (): readonly Column[] => latest.current.columns;
    const stop = (id?: string): void => {
      for (const [of, controller] of running.current) if (id === undefined || of === id) controller.abort();
    };
    return {
      change: (id, patch) => write(id, (column) => ({ ...column, ...patch })),
      spread: (id) => {
        const settings = columns().find((one) => one.id === id)?.settings;
        if (settings !== undefined) replace(columns().map((column) => ({ ...column, settings })));
      },
      add: () => {
        if (columns().length < maxColumns) replace([...columns(), emptyColumn(columns().at(-1))]);
      },
      remove: (id) => {
        stop(id);
        running.current.delete(id);
        if (columns().length > 1) replace(columns().filter((column) => column.id !== id));
      },
      clear: () => {
        stop();
        running.current.clear();
        replace(columns().map((column) => ({ ...column, messages: [] })));
      },
      send: ({ text, images }) => {
        for (const column of columns()) {
          const current = lastAnswer(column);
          if (current !== undefined && isOpen(current)) continue;
          const user: Message = { role: 'user', text, images: [...images] };
          run(column.id, [...column.messages, ...resultsOf(column, {}), user]);
        }
      },
      answerCalls: (id, results) => {
        const column = columns().find((one) => one.id === id);
        if (column !== undefined) run(id, [...column.messages, ...resultsOf(column, results)]);
      },
      retry: (id) => {
        const column = columns().find((one) => one.id === id);
        if (column !== undefined) run(id, withoutAnswer(column));
      },
      stop,
    };
  }, [replace, run, write]);
  return [board, actions];
}

/** Every call must have its answer before anything else is said. */
const resultsOf = (column: Column, results: Readonly<Record<string, string>>): readonly Message[] =>
  openCalls(column).map(({ id, name }) => ({ role: 'tool', callId: id, name, text: results[id] ?? '' }));

/** What was kept, with what the address asks for in its first column. */
function opened(board: Board | undefined, first: Partial<Pick<Column, 'keyId' | 'model'>>): Board {
  const [column = emptyColumn(), ...rest] = board?.columns ?? [];
  return { columns: [{ ...column, ...first }, ...rest] };
}
