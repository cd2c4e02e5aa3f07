import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../../components/ui/bare-button.tsx';
import { commandKey, useKeyMap } from '../../lib/keys.ts';
import { useNavigation } from './navigation.ts';
import { useShellWords } from './words.ts';

const Palette = lazy(() => import('../palette/palette.tsx'));
const KeyHelp = lazy(() => import('../palette/key-help.tsx'));

/** The keys of the console, and the way to the palette for those who have no use for them. */
export function Keys() {
  const t = useShellWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const sections = useNavigation();
  const [open, setOpen] = useState<'palette' | 'help'>();
  // Loaded when it is first asked for, and kept from then on.
  const [asked, setAsked] = useState<ReadonlySet<'palette' | 'help'>>(new Set());
  const show = (what: 'palette' | 'help'): void => {
    setAsked(new Set([...asked, what]));
    setOpen(what);
  };
  const close = (): void => setOpen(undefined);
  useKeyMap({
    palette: () => (open === 'palette' ? close() : show('palette')),
    help: () => show('help'),
    refresh: () => void queries.invalidateQueries(),
    go: (letter) => {
      const page = sections.flatMap(({ pages }) => pages).find((one) => one.letter === letter);
      if (page !== undefined) void navigate({ to: page.path });
      return page !== undefined;
    },
  });
  return (
    <>
      <Button
        onPress={() => show('palette')}
        className="flex h-8 cursor-pointer items-center gap-2 rounded-md border border-line bg-surface px-2 text-small text-muted hover:border-line-strong hover:text-ink max-md:size-10 max-md:justify-center max-md:border-0 max-md:bg-transparent"
      >
        <Search aria-hidden className="size-4" />
        <span className="max-lg:sr-only">{t('palette.open')}</span>
        <kbd className="ms-3 font-sans text-xs max-lg:hidden">{commandKey()} K</kbd>
      </Button>
      <Suspense fallback={null}>
        {asked.has('palette') && <Palette open={open === 'palette'} onClose={close} />}
        {asked.has('help') && <KeyHelp open={open === 'help'} onClose={close} />}
      </Suspense>
    </>
  );
}
