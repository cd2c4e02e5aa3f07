import { Ellipsis } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import type { Column } from './column.ts';
import type { Item } from './use-rows.ts';

type PhoneListProps<Row> = {
  readonly label: string;
  readonly items: readonly Item<Row>[];
  readonly columns: readonly Column<Row>[];
  readonly groupHead: ((id: string, rows: readonly Row[]) => ReactNode) | undefined;
  readonly groupActions: ((id: string, rows: readonly Row[]) => ReactNode) | undefined;
  readonly rowLabel: (row: Row) => string;
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly onActions: ((row: Row, button: HTMLElement) => void) | undefined;
  readonly onGroup: (id: string) => void;
  readonly onAway: ((away: boolean) => void) | undefined;
  readonly words: { readonly more: string; actions(name: string): string };
};

const pageLength = 100;

/** The rows on a phone: two lines each, what and how it is first. */
export function PhoneList<Row>({
  label,
  items,
  columns,
  groupHead,
  groupActions,
  rowLabel,
  onOpen,
  onActions,
  onGroup,
  onAway,
  words,
}: PhoneListProps<Row>) {
  const at = (place: Column<Row>['phone']): readonly Column<Row>[] => columns.filter(({ phone }) => phone === place);
  const [title, aside, detail, detailAside] = [at('title'), at('aside'), at('detail'), at('detailAside')];
  const cells = (of: readonly Column<Row>[], row: Row): ReactNode =>
    of.map((column) => (
      <span key={column.id} className="min-w-0 truncate">
        {column.cell(row)}
      </span>
    ));
  // Here the page scrolls, not the list.
  useEffect(() => {
    if (onAway === undefined) return undefined;
    const onScroll = (): void => onAway(window.scrollY > 0);
    onScroll();
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, [onAway]);
  // As many as a thumb scrolls through; the rest come when they are asked for.
  const [shown, setShown] = useState(pageLength);
  return (
    <>
      <ul aria-label={label}>
        {items.slice(0, shown).map((item) =>
          item.kind === 'group' ? (
            <li key={`group ${item.id}`} className="flex items-center border-b border-line bg-sunken pe-2">
              <button
                type="button"
                aria-expanded={item.open}
                onClick={() => onGroup(item.id)}
                className="flex min-h-11 min-w-0 grow items-center gap-2 px-4 text-start text-small font-medium"
              >
                {groupHead?.(item.id, item.rows) ?? item.id}
              </button>
              {groupActions?.(item.id, item.rows)}
            </li>
          ) : (
            <li
              key={item.id}
              className="flex items-stretch border-b border-line last:border-b-0 [contain-intrinsic-size:auto_3.75rem] [content-visibility:auto]"
            >
              <Opening
                label={rowLabel(item.row)}
                onOpen={onOpen === undefined ? undefined : () => onOpen(item.row)}
                end={onActions === undefined ? 'pe-4' : 'pe-2'}
              >
                <span className="flex items-baseline justify-between gap-3">
                  <span className="flex min-w-0 items-baseline gap-2 font-medium">{cells(title, item.row)}</span>
                  <span className="flex shrink-0 items-baseline gap-2">{cells(aside, item.row)}</span>
                </span>
                <span className="flex items-baseline justify-between gap-3 text-small text-muted">
                  <span className="flex min-w-0 items-baseline gap-2">{cells(detail, item.row)}</span>
                  <span className="flex shrink-0 items-baseline gap-2">{cells(detailAside, item.row)}</span>
                </span>
              </Opening>
              {onActions !== undefined && (
                <button
                  type="button"
                  aria-haspopup="menu"
                  aria-label={words.actions(rowLabel(item.row))}
                  className="grid w-11 shrink-0 place-items-center text-muted"
                  onClick={(event) => onActions(item.row, event.currentTarget)}
                >
                  <Ellipsis aria-hidden className="size-4" />
                </button>
              )}
            </li>
          ),
        )}
      </ul>
      {items.length > shown && (
        <div className="border-t border-line p-3">
          <Button className="w-full" onPress={() => setShown(shown + pageLength)}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

type OpeningProps = {
  readonly label: string;
  readonly onOpen: (() => void) | undefined;
  /** Its padding at the end, where a menu may follow. */
  readonly end: string;
  readonly children: ReactNode;
};

const lines = 'flex min-w-0 grow flex-col gap-1 py-2.5 ps-4 text-start';

function Opening({ label, onOpen, end, children }: OpeningProps) {
  // A row with links or switches of its own is no button: it would hold others.
  if (onOpen === undefined) return <div className={`${lines} ${end}`}>{children}</div>;
  return (
    <div className={`relative ${lines} ${end}`}>
      {children}
      {/* Above the words, below what can be pressed among them. */}
      <button type="button" aria-label={label} onClick={onOpen} className="absolute inset-0" />
    </div>
  );
}
