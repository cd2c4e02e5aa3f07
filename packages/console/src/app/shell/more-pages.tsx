import { Drawer } from '../../components/ui/dialog.tsx';
import { usePageWords, type Page } from '../pages.ts';
import { isCurrent, useNavigation } from './navigation.ts';
import { NavigationLink } from './sidebar.tsx';
import { useShellWords } from './words.ts';

type MorePagesProps = { readonly page: Page | undefined; readonly open: boolean; readonly onClose: () => void };

/** All pages, on a phone. */
export default function MorePages({ page, open, onClose }: MorePagesProps) {
  const t = useShellWords();
  const pageWords = usePageWords();
  const sections = useNavigation();
  return (
    <Drawer open={open} onClose={onClose} title={t('pages')}>
      <nav aria-label={t('more')} className="grid gap-4">
        {sections.map(({ group, pages }) => (
          <div key={group}>
            {sections.length > 1 && (
              <p className="px-2 pb-1 text-xs font-medium text-muted">{pageWords(`groups.${group}`)}</p>
            )}
            <ul>
              {pages.map((entry) => (
                <li key={entry.path}>
                  <NavigationLink entry={entry} current={isCurrent(entry, page)} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </Drawer>
  );
}
