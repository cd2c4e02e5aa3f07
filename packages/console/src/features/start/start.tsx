import { useState } from 'react';
import { Card } from '../../components/ui/card.tsx';
import { ErrorState } from '../../components/ui/error-state.tsx';
import { SkeletonRows } from '../../components/ui/skeleton.tsx';
import { useSearchState } from '../../lib/search-state.ts';
import { z } from '../../lib/zod.ts';
import { Checks } from './checks.tsx';
import { FirstRequest } from './first-request.tsx';
import { Mode } from './mode.tsx';
import { doneSteps, nextStep, stepAfter, stepIds, type Facts, type StepId } from './progress.ts';
import { ProviderStep } from './provider-step.tsx';
import { Steps } from './steps.tsx';
import { useFacts } from './use-progress.ts';
import { useStartWords } from './words.ts';

const searchSchema = z.object({ step: z.enum(stepIds).optional() });

/** From an empty gateway to its first request: checks, for whom it is, who answers, and a key that was used. */
export default function StartPage() {
  const t = useStartWords();
  const { facts, error, retry } = useFacts();
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight">{t('title')}</h1>
      <p className="mt-1 mb-6 max-w-prose text-muted">{t('what')}</p>
      {facts !== undefined ? (
        <Tour facts={facts} />
      ) : (
        <Card padded={false}>
          {error === null ? (
            <SkeletonRows rows={6} />
          ) : (
            <ErrorState title={t('unread')} error={error} onRetry={retry} />
          )}
        </Card>
      )}
    </>
  );
}

function Tour({ facts }: { readonly facts: Facts }) {
  const [{ step }, change] = useSearchState(searchSchema);
  const done = doneSteps(facts);
  // Where it goes on is decided once: a step that has just been done still shows how it went.
  const [first] = useState(() => nextStep(done));
  const current: StepId = step ?? first;
  const go = (id: StepId): void => change({ step: id }, 'push');
  const onDone = (): void => go(stepAfter(current));
  return (
    <div className="grid items-start gap-x-10 gap-y-5 md:grid-cols-[13rem_minmax(0,1fr)]">
      <Steps current={current} done={done} onGo={go} />
      <div className="min-w-0">
        {current === 'checks' && <Checks onDone={onDone} />}
        {current === 'mode' && <Mode onDone={onDone} />}
        {current === 'provider' && <ProviderStep onDone={onDone} />}
        {current === 'request' && <FirstRequest served={facts.served > 0} />}
      </div>
    </div>
  );
}
