import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../ui/icon-button.tsx';
import { useGridWords } from './words.ts';

type SelectionBarProps = { readonly count: number; readonly onClear: () => void; readonly children: ReactNode };

/** What can be done with the rows that are chosen. */
export function SelectionBar({ count, onClear, children }: SelectionBarProps) {
  const t = useGridWords();
  return (
    <div
      role="toolbar"
      aria-label={t('selection')}
      className="fixed inset-x-0 bottom-4 z-20 mx-auto flex w-fit max-w-[calc(100vw-2rem)] flex-wrap items-center gap-2 rounded-lg border border-line bg-raised py-1.5 ps-3 pe-1.5 shadow-overlay max-md:bottom-20"
    >
      <span role="status" className="text-small font-medium">
        {t('selected', { count })}
      </span>
      {children}
      <IconButton size="small" icon={X} label={t('clearSelection')} onPress={onClear} />
    </div>
  );
}
