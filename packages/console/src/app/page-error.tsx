import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { errorOf } from '../lib/error-of.ts';
import { ErrorState } from '../components/ui/error-state.tsx';
import { useShellWords } from './shell/words.ts';

/** A page that broke takes nothing else with it: the frame stays, and what happened can be told. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const t = useShellWords();
  const router = useRouter();
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
