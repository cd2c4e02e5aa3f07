import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { CellEdit } from './column.ts';

type CellEditorProps<Row> = {
  readonly edit: CellEdit<Row>;
  readonly row: Row;
  readonly label: string;
  readonly onClose: () => void;
};

/** Pixels that a line beside the cell takes. */
const lineRoom = 36;

/** A cell while it is changed. */
export function CellEditor<Row>({ edit, row, label, onClose }: CellEditorProps<Row>) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(() => edit.read(row));
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const note = edit.note?.(row);
  // The grid cuts off what hangs below its last row.
  const [above, setAbove] = useState(false);
  useLayoutEffect(() => {
    const grid = input.current?.closest('[role=grid]')?.getBoundingClientRect();
    const cell = input.current?.getBoundingClientRect();
    setAbove(grid !== undefined && cell !== undefined && cell.bottom + lineRoom > grid.bottom);
  }, []);
  const place = above ? 'bottom-full mb-1' : 'top-full mt-1';
  useEffect(() => input.current?.select(), []);
  const save = async (): Promise<void> => {
    if (busy) return;
    if (text === edit.read(row)) return onClose();
    const found = edit.check?.(text, row);
    setProblem(found);
    if (found !== undefined) return undefined;
    setBusy(true);
    try {
      await edit.save(text, row);
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
    return undefined;
  };
  return (
    <span className="relative -mx-1.5 block grow" data-editing>
      <input
        ref={input}
        aria-label={label}
        aria-invalid={problem === undefined ? undefined : true}
        aria-describedby={problem === undefined && note === undefined ? undefined : id}
        inputMode={edit.inputMode ?? 'text'}
        readOnly={busy}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => void save()}
        onClick={(event) => event.stopPropagation()}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void save();
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        className="h-7 w-full rounded-sm border border-accent bg-surface px-1.5 text-sm outline-none invalid:border-danger"
      />
      {problem === undefined && note !== undefined && (
        <span
          id={id}
          className={`absolute inset-s-0 z-20 ${place} rounded-md border border-line bg-raised px-2 py-1 text-xs whitespace-nowrap text-muted shadow-overlay`}
        >
          {note}
        </span>
      )}
      {problem !== undefined && (
        <span
          id={id}
          role="alert"
          className={`absolute inset-s-0 z-20 ${place} rounded-md border border-danger/40 bg-raised px-2 py-1 text-xs whitespace-nowrap text-danger shadow-overlay`}
        >
          {problem}
        </span>
      )}
    </span>
  );
}
