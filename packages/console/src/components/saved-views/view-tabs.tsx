import { Users } from 'lucide-react';
import { useOperation } from '../../lib/operations.ts';
import { useUiWords } from '../ui/words.ts';

type ViewTabsProps = {
  /** As of `SavedViews`. */
  readonly page: string;
  readonly query: string;
  readonly onShow: (query: string) => void;
};

const look =
  '-mb-px flex min-h-9 cursor-pointer items-center gap-1.5 border-b-2 px-2.5 text-sm whitespace-nowrap pointer-coarse:min-h-11 focus-visible:-outline-offset-2';

/** The views of a page, one press away: everything, what is shared with everybody, and one's own. Nothing where nobody shares any. */
export function ViewTabs({ page, query, onShow }: ViewTabsProps) {
  const t = useUiWords();
  const views = useOperation('views.list', { query: { page } }).data?.data ?? [];
  if (!views.some(({ shared }) => shared)) return null;
  const tabs = [
    { id: 'all', name: t('sharing.all'), query: '', shared: false },
    ...views.filter(({ shared }) => shared),
    ...views.filter(({ shared }) => !shared),
  ];
  return (
    <nav aria-label={t('views.title')} className="mb-3 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map((view) => {
        const isShown = view.query === query;
        return (
          <button
            key={view.id}
            type="button"
            aria-current={isShown ? 'true' : undefined}
            onClick={() => onShow(view.query)}
            className={`${look} ${isShown ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink'}`}
          >
            {view.name}
            {view.shared && <Users role="img" aria-label={t('sharing.shared')} className="size-3.5" />}
          </button>
        );
      })}
    </nav>
  );
}
