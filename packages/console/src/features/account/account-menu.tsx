import type { MeView } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { api } from '../../lib/api.ts';
import { navigate } from '../../lib/router.tsx';
import { meKey } from '../../lib/session.ts';
import { healthKey, siteKey } from '../../lib/site.ts';
import { ThemeChoice } from './theme-choice.tsx';

/** Who is signed in, the theme, and the ways out. A disclosure, not an ARIA menu: it holds more than commands. */
export function AccountMenu({ me }: { readonly me: MeView }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  return (
    <div
      ref={box}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex min-h-9 items-center gap-1.5 rounded-[var(--radius)] px-2 text-muted transition-colors hover:bg-hover hover:text-ink aria-expanded:bg-hover aria-expanded:text-ink"
      >
        <Icon name="person" />
        <span className="sr-only">Account of </span>
        <span className="max-w-60 truncate max-md:sr-only">{me.user.email}</span>
        <Icon name="down" className="size-3.5" />
      </button>
      <div
        id={id}
        hidden={!open}
        className="absolute inset-e-0 top-full z-20 mt-1.5 w-72 rounded-lg border border-line bg-surface shadow-lg"
      >
        <div className="border-b border-line px-4 py-3">
          <p className="truncate font-medium">{me.user.name}</p>
          <p className="truncate text-[0.8125rem] text-muted">{me.user.email}</p>
          <p className="mt-1.5 text-[0.8125rem] text-muted">
            Role {me.user.role} · group {me.user.group}
          </p>
        </div>
        <div className="border-b border-line px-4 py-3">
          <ThemeChoice />
        </div>
        <SignOut />
      </div>
    </div>
  );
}

const publicKeys: readonly unknown[] = [...meKey, ...siteKey, ...healthKey];

function SignOut() {
  const queries = useQueryClient();
  const [busy, setBusy] = useState<'here' | 'everywhere'>();
  const [failure, setFailure] = useState<Error>();
  const leave = async (where: 'here' | 'everywhere'): Promise<void> => {
    setBusy(where);
    setFailure(undefined);
    try {
      await api.call(where === 'here' ? 'session.delete' : 'sessions.delete');
      queries.setQueryData(meKey, null);
      // Nothing of this person may stay in memory for the next one.
      queries.removeQueries({ predicate: ({ queryKey: [first] }) => !publicKeys.includes(first) });
      navigate('./');
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
      setBusy(undefined);
    }
  };
  return (
    <div className="grid gap-1 p-2">
      {failure !== undefined && <ErrorNotice title="You are still signed in" error={failure} />}
      <Button look="quiet" className="justify-start!" busy={busy === 'here'} onClick={() => void leave('here')}>
        Sign out
      </Button>
      <Button
        look="quiet"
        className="justify-start!"
        busy={busy === 'everywhere'}
        onClick={() => void leave('everywhere')}
      >
        Sign out everywhere
      </Button>
    </div>
  );
}
