import { Megaphone, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { keep, stored } from '../../lib/preferences.ts';
import { useSiteContent } from '../../lib/site-content.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useUiWords } from '../ui/words.ts';
import { fingerprint } from './fingerprint.ts';

const Markdown = lazy(() => import('../markdown/markdown.tsx'));
const place = 'tollgate.announcement.read';

/** What administrators announce, until they empty it or its reader puts it away. A changed one is shown anew. */
export default function Announcement() {
  const t = useUiWords();
  const text = useSiteContent().data?.announcement.trim() ?? '';
  const [read, setRead] = useState(() => stored(place));
  if (text === '' || read === fingerprint(text)) return null;
  // Without its words there is nothing to see: no empty line while they are on their way.
  return (
    <Suspense fallback={null}>
      <section
        aria-label={t('announcement')}
        className="flex items-center gap-3 border-b border-line bg-accent-wash px-4 py-2 text-small sm:px-6"
      >
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
      </section>
    </Suspense>
  );
}
