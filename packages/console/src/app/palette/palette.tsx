import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, Moon, Sun, Zap } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { CommandSheet, type CommandGroup, type CommandItem } from '../../components/ui/command-sheet.tsx';
import { usePageCommands } from '../../lib/commands.ts';
import { theme } from '../../lib/preferences.ts';
import { useMe } from '../../lib/session.ts';
import { usePageWords } from '../pages.ts';
import { pages } from '../routes.ts';
import { useNavigation } from '../shell/navigation.ts';
import { useSignOut } from '../shell/use-sign-out.ts';
import { useShellWords } from '../shell/words.ts';
import { finders, type Found } from './find.ts';

type PaletteProps = { readonly open: boolean; readonly onClose: () => void };

const matches = (label: string, typed: string): boolean =>
  typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word));

/** Everything by its name: pages, what this page can do, and the things of the gateway; a pasted request id opens it. */
export default function Palette({ open, onClose }: PaletteProps) {
  const t = useShellWords();
  const [query, setQuery] = useState('');
  const typed = query.trim();
  const commands = useCommandItems();
  const destinations = usePageItems();
  const found = useFound(typed);
  const named = (items: readonly CommandItem[]): readonly CommandItem[] =>
    items.filter(({ label }) => matches(label, typed));
  const groups: readonly CommandGroup[] = [
    { title: t('palette.things'), items: found },
    { title: t('palette.pages'), items: named(destinations) },
    { title: t('palette.actions'), items: named(commands) },
  ].filter(({ items }) => items.length > 0);
  return (
    <CommandSheet
      open={open}
      onClose={() => {
        setQuery('');
        onClose();
      }}
      label={t('palette.label')}
      placeholder={t('palette.placeholder')}
      query={query}
      onQuery={setQuery}
      groups={groups}
      empty={t('palette.nothing')}
    />
  );
}

function usePageItems(): readonly CommandItem[] {
  const t = usePageWords();
  const navigate = useNavigate();
  const sections = useNavigation();
  return sections.flatMap(({ group, pages: entries }) =>
    entries.map((entry) => ({
      id: entry.path,
      label: t(entry.title),
      detail: entry.letter === undefined ? t(`groups.${group}`) : `g ${entry.letter}`,
      icon: entry.icon,
      run: () => void navigate({ to: entry.path }),
    })),
  );
}

function useCommandItems(): readonly CommandItem[] {
  const t = useShellWords();
  const ofPage = usePageCommands();
  const signOut = useSignOut();
  return [
    ...ofPage.map((command) => ({ ...command, icon: command.icon ?? Zap })),
    { id: 'theme light', label: t('palette.light'), icon: Sun, run: () => theme.choose('light') },
    { id: 'theme dark', label: t('palette.dark'), icon: Moon, run: () => theme.choose('dark') },
    {
      id: 'sign out',
      label: t('account.signOut'),
      icon: LogOut,
      run: () => void signOut('here').catch(() => undefined),
    },
  ];
}

const paths: ReadonlySet<string> = new Set(pages.map(({ path }) => path));
const pauseMs = 150;

/** The things that what was typed may name, of the kinds that the reader may see and that have a page. */
function useFound(typed: string): readonly CommandItem[] {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { permissions } = useMe();
  const [found, setFound] = useState<readonly Found[]>([]);
  const allowed = useMemo(() => finders.filter(({ permission }) => permissions.includes(permission)), [permissions]);
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      const asked = allowed.filter(({ fits }) => fits(typed));
      // A kind that cannot be read now leaves the others.
      void Promise.allSettled(asked.map((finder) => finder.find(queries, typed))).then((answers) => {
        if (!stale) setFound(answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])));
      });
    }, pauseMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [typed, allowed, queries]);
  return found.flatMap(({ page, list, ...item }): readonly CommandItem[] => {
    const run = paths.has(page.to)
      ? () =>
          void navigate({ to: page.to, params: page.params, ...(page.search !== undefined && { search: page.search }) })
      : paths.has(list.to)
        ? () => void navigate({ to: list.to, ...(list.search !== undefined && { search: list.search }) })
        : undefined;
    return run === undefined ? [] : [{ ...item, run }];
  });
}
