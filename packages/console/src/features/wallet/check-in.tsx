import { CalendarCheck } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import type { Answer } from '../../lib/api.ts';
import { relativeMoment } from '../../lib/format.ts';
import { usd, usdOf } from '../../lib/money.ts';
import { useAction, useOperation } from '../../lib/operations.ts';
import { monthCells } from './month-cells.ts';
import { useWalletWords } from './words.ts';

/** A little credit each day; nothing where that is not given. */
export function CheckIn() {
  const t = useWalletWords();
  const { data } = useOperation('checkIns.read');
  const checkIn = useAction('checkIns.create', {
    invalidates: ['checkIns.read', 'wallet.read', 'givenCredits.list', 'statement.read', 'session.read'],
    failed: t('checkIn.failed'),
    done: ({ amountNanos }) => ({ title: t('checkIn.done', { amount: usd(BigInt(amountNanos)) }) }),
  });
  if (data?.open !== true) return null;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const [least, most] = [usdOf(data.minUsd), usdOf(data.maxUsd)];
  return (
    <Card
      title={t('checkIn.title')}
      description={least === most ? t('checkIn.fixed', { amount: least }) : t('checkIn.range', { least, most })}
      footer={
        <Button
          look={data.done ? 'plain' : 'primary'}
          icon={CalendarCheck}
          busy={checkIn.busy}
          isDisabled={data.done}
          onPress={() => void checkIn.run({ body: { timeZone } })}
        >
          {data.done ? t('checkIn.again', { when: relativeMoment(data.nextAt, Date.now()) }) : t('checkIn.action')}
        </Button>
      }
    >
      <Month checkIns={data} />
      <p className="mt-3 text-small text-muted">
        {t('checkIn.sum', { count: data.count, amount: usd(BigInt(data.totalNanos)) })}
      </p>
    </Card>
  );
}

function Month({ checkIns: { month, today, data } }: { readonly checkIns: Answer<'checkIns.read'> }) {
  const t = useWalletWords();
  const amounts = new Map(data.map(({ day, amountNanos }) => [day, amountNanos]));
  return (
    <ol aria-label={month} className="grid grid-cols-7 gap-1 text-center text-xs tabular-nums">
      {monthCells(month).map(({ day, number, column }) => {
        const amount = amounts.get(day);
        const came = amount !== undefined;
        const label = came ? t('checkIn.came', { day, amount: usd(BigInt(amount)) }) : day;
        const look = came
          ? 'bg-accent text-accent-ink font-medium'
          : day > today
            ? 'text-muted'
            : 'bg-raised text-muted';
        return (
          <li
            key={day}
            title={label}
            style={{ gridColumnStart: column }}
            className={`rounded-md py-1 ${look} ${day === today ? 'ring-1 ring-accent' : ''}`}
          >
            <span aria-hidden>{number}</span>
            <span className="sr-only">{label}</span>
          </li>
        );
      })}
    </ol>
  );
}
