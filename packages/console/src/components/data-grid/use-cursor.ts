import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { shortcuts } from '../../lib/preferences.ts';

/** A cell by its place; row -1 is the header. */
export type CellPosition = { readonly row: number; readonly col: number };

export type CursorActions = {
  scrollTo(row: number): void;
  /** Opens what a row is about. */
  open(row: number): void;
  /** Whether what a row is about stands beside the grid: `o` is left to the page then. */
  isBeside(row: number): boolean;
  toggle(row: number): void;
  /** Selects from the last one toggled to here. */
  extend(row: number): void;
  edit(place: CellPosition): boolean;
  sort(col: number): void;
  resize(col: number, by: number): void;
};

type CursorOptions = {
  readonly grid: RefObject<HTMLElement | null>;
  readonly rowCount: number;
  readonly colCount: number;
  readonly pageRows: () => number;
  readonly actions: CursorActions;
};

const focusable = 'a[href], button, input, select, textarea';
const typing = 'input:not([type=checkbox]), textarea, select, [contenteditable=true], [data-editing]';

/**
 * The one cell of a grid that Tab reaches, and the keys that move it (the grid pattern of ARIA). What can be pressed in a
 * cell is reached with Enter, and left with Escape.
 */
export function useCursor({ grid, rowCount, colCount, pageRows, actions }: CursorOptions) {
  const [place, setPlace] = useState<CellPosition>({ row: 0, col: 0 });
  const wanted = useRef(false);
  const at: CellPosition = {
    row: Math.min(place.row, Math.max(rowCount - 1, -1)),
    col: Math.min(place.col, Math.max(colCount - 1, 0)),
  };
  const cellAt = ({ row, col }: CellPosition): HTMLElement | null =>
    grid.current?.querySelector<HTMLElement>(`[data-cell="${row}:${col}"]`) ?? null;

  // The cell may be drawn only after its row was scrolled to.
  useEffect(() => {
    if (!wanted.current) return undefined;
    const frame = requestAnimationFrame(() => {
      wanted.current = false;
      cellAt(at)?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  });
  // One tab stop: what lies in the cells is reached through them.
  useEffect(() => {
    for (const inner of grid.current?.querySelectorAll<HTMLElement>(`[data-cell] :is(${focusable})`) ?? [])
      if (inner.tabIndex !== -1) inner.tabIndex = -1;
  });

  const go = (row: number, col: number): void => {
    const next = { row: Math.max(-1, Math.min(row, rowCount - 1)), col: Math.max(0, Math.min(col, colCount - 1)) };
    if (next.row >= 0) actions.scrollTo(next.row);
    wanted.current = true;
    setPlace(next);
  };

  const moves = (event: KeyboardEvent): CellPosition | undefined => {
    const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    const far = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case 'ArrowDown':
        return { row: at.row + 1, col: at.col };
      case 'ArrowUp':
        return { row: at.row - 1, col: at.col };
      case 'ArrowRight':
        return { row: at.row, col: at.col + forward };
      case 'ArrowLeft':
        return { row: at.row, col: at.col - forward };
      case 'Home':
        return { row: far ? 0 : at.row, col: 0 };
      case 'End':
        return { row: far ? rowCount - 1 : at.row, col: colCount - 1 };
      case 'PageDown':
        return { row: at.row + pageRows(), col: at.col };
      case 'PageUp':
        return { row: Math.max(0, at.row - pageRows()), col: at.col };
      default:
        return undefined;
    }
  };

  const enter = (): void => {
    if (at.row === -1) return actions.sort(at.col);
    if (actions.edit(at)) return undefined;
    const inner = cellAt(at)?.querySelector<HTMLElement>(focusable);
    if (inner === null || inner === undefined) return actions.open(at.row);
    inner.focus();
    return undefined;
  };

  const letter = (key: string): boolean => {
    if (shortcuts.read() === 'off') return false;
    if (key === 'j') go(at.row + 1, at.col);
    else if (key === 'k') go(Math.max(0, at.row - 1), at.col);
    else if (at.row < 0) return false;
    else if (key === 'x') actions.toggle(at.row);
    else if (key === 'o' && !actions.isBeside(at.row)) actions.open(at.row);
    else if (key === 'e') return actions.edit(at);
    else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const inside = target !== cellAt(at) && target !== grid.current;
    if (inside) {
      if (event.key === 'Escape' && target.closest('[data-cell]') !== null && !target.matches(typing)) {
        event.stopPropagation();
        cellAt(at)?.focus();
      }
      return;
    }
    const resized = event.altKey && at.row === -1 && /^Arrow(Left|Right)$/.test(event.key);
    const next = resized ? undefined : moves(event);
    let taken = true;
    if (resized) actions.resize(at.col, event.key === 'ArrowRight' ? 16 : -16);
    else if (next !== undefined) {
      go(next.row, next.col);
      if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && next.row >= 0)
        actions.extend(next.row);
    } else if (event.key === 'Enter' || event.key === 'F2') enter();
    else if (event.key === ' ' && at.row >= 0) actions.toggle(at.row);
    else taken = !event.ctrlKey && !event.metaKey && !event.altKey && letter(event.key);
    if (taken) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  return {
    at,
    go,
    onKeyDown,
    /** A cell took the focus, by the pointer. */
    put: (to: CellPosition): void => {
      if (to.row !== at.row || to.col !== at.col) setPlace(to);
    },
    /** Puts the focus back on the cell, such as after editing. */
    restore: (): void => {
      wanted.current = true;
      setPlace({ ...at });
    },
  };
}
