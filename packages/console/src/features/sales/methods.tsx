import { CreditCard, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { EntityLine, EntityList } from '../../components/ui/entity-list.tsx';
import { Toolbar } from '../../components/ui/page-header.tsx';
import type { Answer } from '../../lib/api.ts';
import { usdOf } from '../../lib/money.ts';
import { useOperation } from '../../lib/operations.ts';
import { useRights } from '../../lib/session.ts';
import { EditMethod } from './edit-method.tsx';
import { TryMethod } from './try-method.tsx';
import { useSaleWords } from './words.ts';

type Method = Answer<'paymentMethods.list'>['data'][number];

/** Ways to pay, as members will see them. */
export function Methods() {
  const t = useSaleWords();
  const rights = useRights();
  const list = useOperation('paymentMethods.list');
  const providers = useOperation('paymentProviders.list').data?.data;
  const [editing, setEditing] = useState<Method | 'new'>();
  const termsOf = ({ provider, rate, currency, minimumUsd }: Method): string =>
    t('methods.terms', {
      provider: providers?.find(({ id }) => id === provider)?.label ?? provider,
      rate,
      currency,
      minimum: usdOf(minimumUsd),
    });
  const mayWrite = rights.may('payments:write');
  return (
    <>
      <Toolbar label={t('tab.methods')}>
        {mayWrite && (
          <Button look="primary" icon={Plus} onPress={() => setEditing('new')}>
            {t('methods.create')}
          </Button>
        )}
      </Toolbar>
      <EditMethod method={editing} onClose={() => setEditing(undefined)} onSaved={() => void list.refetch()} />
      <EntityList
        list={list}
        failed={t('methods.unread')}
        empty={{ icon: CreditCard, title: t('methods.empty'), what: t('methods.emptyWhat') }}
      >
        {(method) => (
          <EntityLine
            thing={method}
            state={t(method.enabled ? 'methods.on' : 'methods.off')}
            about={termsOf(method)}
            aside={mayWrite && <TryMethod id={method.id} name={method.name} />}
            address={{ label: t('methods.callback'), url: method.callbackUrl }}
            onEdit={mayWrite ? () => setEditing(method) : undefined}
          />
        )}
      </EntityList>
    </>
  );
}
