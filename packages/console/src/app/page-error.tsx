import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { EmptyState } from '../components/ui/empty-state.tsx';
import { errorOf } from '../lib/error-of.ts';
import { isStaleCode } from '../lib/stale-code.ts';
import { ErrorState } from '../components/ui/error-state.tsx';
import { useShellWords } from './shell/words.ts';

/** A page that broke takes nothing else with it: the frame stays, and what happened can be told. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const t = useShellWords();
  const router = useRouter();
  // Asking for it once more would fail again: only a reload knows what the code is called now.
  if (isStaleCode(errorOf(error)))
    return (
      <EmptyState
        page
        icon={RotateCw}
        title={t('staleCode')}
        action={
          <Button look="primary" onPress={() => window.location.reload()}>
            {t('reload')}
          </Button>
        }
      >
        {t('staleCodeWhy')}
      </EmptyState>
    );
  return (
    <>
      <h1 className="sr-only">{t('pageFailed')}</h1>
      <ErrorState
        title={t('pageFailed')}
        error={errorOf(error)}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </>
  );
}
