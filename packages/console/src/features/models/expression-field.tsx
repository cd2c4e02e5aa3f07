import type { PriceSheet } from '@tollgate/contract/price';
import { useState } from 'react';
import { NumberField } from '../../components/ui/number-field.tsx';
import { TextArea } from '../../components/ui/text-field.tsx';
import { useOperation, type Input } from '../../lib/operations.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { TriedBill } from './tried-bill.tsx';
import { useModelWords } from './words.ts';

const asked = ['inputText', 'cacheRead', 'outputText'] as const;

type Question = NonNullable<Input<'prices.try'>['body']>;

type ExpressionFieldProps = {
  readonly price: PriceSheet;
  readonly onChange: (expression: string) => void;
  readonly locked: boolean;
};

/** The expression of a price, and beside it what it comes to for a request, as the gateway works it out. */
export function ExpressionField({ price, onChange, locked }: ExpressionFieldProps) {
  const t = useModelWords();
  const [usage, setUsage] = useState<Readonly<Record<(typeof asked)[number], number>>>({
    inputText: 10_000,
    cacheRead: 0,
    outputText: 1000,
  });
  // Compared as text: a draft is a new object with each letter.
  const question = useSettled(JSON.stringify({ price, usage }));
  const isEmpty = (price.expression ?? '').trim() === '';
  const body = JSON.parse(question) as Question;
  const tried = useOperation('prices.try', { body }, { enabled: !isEmpty, keep: true });
  const problem = tried.error?.message ?? tried.data?.problem ?? undefined;
  return (
    <div className="grid gap-4">
      <TextArea
        label={t('expression.label')}
        help={t('expression.help')}
        code
        rows={5}
        value={price.expression ?? ''}
        onChange={onChange}
        error={isEmpty ? undefined : problem}
        isDisabled={locked}
      />
      <details className="text-small">
        <summary className="cursor-pointer text-muted">{t('expression.words')}</summary>
        <ul className="mt-2 grid gap-1">
          {(['usage', 'more', 'request', 'time', 'functions'] as const).map((line) => (
            <li key={line}>{t(`expression.say.${line}`)}</li>
          ))}
        </ul>
      </details>
      <section aria-label={t('expression.trial')} className="grid gap-3 rounded-md border border-line bg-sunken p-3">
        <h3 className="text-small font-semibold">{t('expression.trial')}</h3>
        <div className="grid gap-3 sm:grid-cols-3">
          {asked.map((bucket) => (
            <NumberField
              key={bucket}
              label={t(`bucket.${bucket}`)}
              value={usage[bucket]}
              min={0}
              max={1e9}
              step={1000}
              unit={t('tokensUnit')}
              onChange={(value) => setUsage({ ...usage, [bucket]: value ?? 0 })}
            />
          ))}
        </div>
        {tried.data !== undefined && problem === undefined && <TriedBill tried={tried.data} />}
      </section>
    </div>
  );
}
