import { Button } from '../../components/ui/button.tsx';
import { useAction } from '../../lib/operations.ts';
import { useSaleWords } from './words.ts';

/** Asks a method's provider whether it is set up right. */
export function TryMethod({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useSaleWords();
  const trial = useAction('paymentMethods.test', {
    failed: t('methods.untried'),
    done: ({ ok, problem }) =>
      ok
        ? { tone: 'good', title: t('methods.works', { name }) }
        : { tone: 'danger', title: t('methods.broken', { name }), detail: problem ?? '' },
  });
  return (
    <Button size="small" busy={trial.busy} onPress={() => void trial.run({ params: { id } })}>
      {t('methods.test')}
    </Button>
  );
}
