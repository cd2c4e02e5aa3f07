import { Megaphone, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { keep, stored } from '../../lib/preferences.ts';
import { useSiteContent } from '../../lib/site-content.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useUiWords } from '../ui/words.ts';
import { fingerprint } from './fingerprint.ts';

const Markdown = lazy(() => import('../markdown/markdown.tsx'));
const place = 'tollgate.announcement.read';

/**
 * What administrators announce, until they empty it or its reader puts it away. A changed one is shown anew.
 * `className` is the width and the padding of the page below it.
 */
export default function Announcement({ className }: { readonly className: string }) {
  const t = useUiWords();
  const text = useSiteContent().data?.announcement.trim() ?? '';
  const [read, setRead] = useState(() => stored(place));
  if (text === '' || read === fingerprint(text)) return null;
  // Without its words there is nothing to see: no empty line while they are on their way.
  return (
    <Suspense fallback={null}>
      <section aria-label={t('announcement')} className="border-b border-line bg-accent-wash text-small">
        <div className={`flex w-full items-center gap-3 py-2 ${className}`}>
          <Megaphone aria-hidden className="size-4 shrink-0 text-accent" />
          <div className="max-h-40 min-w-0 grow overflow-y-auto">
            <Markdown text={text} />
          </div>
          <IconButton
            size="small"
            icon={X}
            label={t('putAway')}
            onPress={() => {
              keep(place, fingerprint(text));
              setRead(fingerprint(text));
            }}
          />
        </div>
      </section>
    </Suspense>
  );
}
