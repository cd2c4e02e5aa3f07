import { Check } from 'lucide-react';
import { Button as BareButton } from '../../components/ui/bare-button.tsx';
import { stepIds, type StepId } from './progress.ts';
import { useStartWords } from './words.ts';

type StepsProps = {
  readonly current: StepId;
  readonly done: ReadonlySet<StepId>;
  readonly onGo: (id: StepId) => void;
};

/** Where one is on the way. Every step can be gone to: nothing of it is a trap. */
export function Steps({ current, done, onGo }: StepsProps) {
  const t = useStartWords();
  return (
    <nav aria-label={t('steps.label')}>
      <ol className="flex gap-1 md:grid">
        {stepIds.map((id, index) => {
          const here = id === current;
          return (
            <li key={id} className="min-w-0 max-md:flex-1">
              <BareButton
                {...(here && { 'aria-current': 'step' as const })}
                onPress={() => onGo(id)}
                className={`flex w-full cursor-pointer items-center gap-2.5 rounded-md px-2 py-2 text-start max-md:flex-col max-md:gap-1 ${here ? 'bg-hover font-medium' : 'text-muted hover:bg-hover'}`}
              >
                <span
                  className={`grid size-6 shrink-0 place-items-center rounded-full border text-xs font-semibold ${
                    done.has(id)
                      ? 'border-good/30 bg-good-wash text-good'
                      : here
                        ? 'border-accent bg-accent text-accent-ink'
                        : 'border-line-strong'
                  }`}
                >
                  {done.has(id) ? <Check aria-hidden className="size-3.5" /> : index + 1}
                </span>
                <span className="min-w-0 md:truncate max-md:max-w-full max-md:text-center max-md:text-xs max-md:leading-tight max-md:wrap-anywhere">
                  {t(`steps.${id}`)}
                </span>
                {done.has(id) && <span className="sr-only">{t('steps.done')}</span>}
              </BareButton>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
