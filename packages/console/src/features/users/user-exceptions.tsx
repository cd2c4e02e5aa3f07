import type { UserView } from '@tollgate/contract/api/people';
import { choicesOf, ownAccount, permissionNames } from '@tollgate/contract/permissions';
import { useState } from 'react';
import { ReasonField } from '../../components/form/reason-field.tsx';
import { ReachTable, type ReachChoice } from '../../components/rights/reach-table.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { useAction } from '../../lib/operations.ts';
import { callOf } from '../../lib/person.ts';
import { useMe, useRights } from '../../lib/session.ts';
import { useUserWords } from './words.ts';

const choosable = permissionNames.filter((name) => choicesOf(name).length > 0 && !ownAccount.has(name));

/** What one person may do otherwise than their role; of a root nothing. */
export function UserExceptions({ user }: { readonly user: UserView }) {
  const t = useUserWords();
  const { user: me } = useMe();
  const mayGive = useRights().may('administrators:write') && me.id !== user.id;
  const [exceptions, setExceptions] = useState(user.exceptions);
  const [reason, setReason] = useState('');
  const update = useAction('users.update', {
    invalidates: ['users.list', 'users.read', 'audit.list'],
    failed: t('exceptions.failed'),
    done: () => ({ title: t('exceptions.saved') }),
  });
  if (user.role === 'root' || !mayGive) return null;
  const put = (name: (typeof choosable)[number], value: ReachChoice): void => {
    const { [name]: _, ...others } = exceptions;
    setExceptions(value === 'role' ? others : { ...others, [name]: value });
  };
  const changed = choosable.some((name) => exceptions[name] !== user.exceptions[name]);
  return (
    <Card
      title={t('exceptions.title')}
      footer={
        <Button
          look="primary"
          busy={update.busy}
          isDisabled={!changed}
          onPress={() => void update.run({ params: { id: user.id }, body: { exceptions }, reason })}
        >
          {t('exceptions.save')}
        </Button>
      }
    >
      <p className="mb-3 text-small text-muted">{t('exceptions.what', { name: callOf(user) })}</p>
      <ReachTable
        label={t('exceptions.title')}
        permissions={choosable}
        valueOf={(name) => exceptions[name] ?? 'role'}
        onChange={put}
        byRole
      />
      {changed && (
        <div className="mt-3 max-w-md">
          <ReasonField value={reason} onChange={setReason} />
        </div>
      )}
    </Card>
  );
}
