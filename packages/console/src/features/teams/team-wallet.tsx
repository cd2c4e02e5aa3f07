import { creditLineInputSchema } from '@tollgate/contract/api/people';
import { teamCreditSchema, teamFundSchema, type TeamView } from '@tollgate/contract/api/teams';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDecimal, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { freshId } from '../../lib/fresh-id.ts';
import { usd } from '../../lib/money.ts';
import { useMe, useRights } from '../../lib/session.ts';
import { manages } from './deeds.ts';
import { TeamBudgets } from './team-budgets.tsx';
import { useStanding } from './use-standing.ts';
import { useTeamWords } from './words.ts';

type WalletProps = { readonly team: TeamView };

/** Money for the team: from one's own wallet, and from administrators of the gateway. */
export function TeamWallet({ team }: WalletProps) {
  const rights = useRights();
  const standing = useStanding(team);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      {rights.may('teams:write') && <PayIn team={team} />}
      {rights.may('budgets:read') && (
        <TeamBudgets teamId={team.id} mayWrite={rights.may('budgets:write') && manages(standing)} />
      )}
      {rights.may('wallets:write') && <Credit team={team} />}
      {rights.may('wallets:write') && <CreditLine team={team} />}
    </div>
  );
}

/** One key until the money has moved: pressing again after the connection broke moves it once. */
function useMoved() {
  const t = useTeamWords();
  const queries = useQueryClient();
  const [idempotencyKey, setKey] = useState(() => freshId());
  const moved = async ({ balanceNanos }: TeamView): Promise<void> => {
    setKey(freshId());
    for (const name of ['teams.read', 'teams.list', 'session.read', 'wallet.read', 'audit.list'])
      await queries.invalidateQueries({ queryKey: [name] });
    showToast({
      title: t('wallet.moved'),
      ...(balanceNanos !== null && { detail: t('wallet.now', { balance: usd(BigInt(balanceNanos)) }) }),
    });
  };
  return { idempotencyKey, moved };
}

const fundEntrySchema = teamFundSchema.pick({ amountUsd: true });

function PayIn({ team }: WalletProps) {
  const t = useTeamWords();
  const { user } = useMe();
  const { idempotencyKey, moved } = useMoved();
  const form = useSchemaForm({
    schema: fundEntrySchema,
    values: { amountUsd: '' },
    messages: { amountUsd: t('amountForm') },
    send: async ({ amountUsd }) => {
      const answer = await api.call('teams.fund', { params: { id: team.id }, body: { amountUsd, idempotencyKey } });
      form.reset();
      await moved(answer);
    },
  });
  const own = user.balanceNanos;
  return (
    <Card title={t('wallet.payIn')} description={t('wallet.payInWhat')}>
      <Form form={form} failed={t('wallet.failed')} label={t('wallet.payIn')}>
        <FormDecimal
          form={form}
          name="amountUsd"
          label={t('wallet.amount')}
          unit="USD"
          required
          {...(own !== null && { help: t('wallet.own', { balance: usd(BigInt(own)) }) })}
        />
        <div>
          <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
            {t('wallet.payIn')}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

const creditEntrySchema = teamCreditSchema.pick({ amountUsd: true, note: true });

function Credit({ team }: WalletProps) {
  const t = useTeamWords();
  const { idempotencyKey, moved } = useMoved();
  const form = useSchemaForm({
    schema: creditEntrySchema,
    values: { amountUsd: '', note: '' },
    messages: { amountUsd: t('amountForm') },
    send: async (entry) => {
      const body = { ...entry, idempotencyKey };
      const answer = await api.call('teams.credit', { params: { id: team.id }, body });
      form.reset();
      await moved(answer);
    },
  });
  return (
    <Card title={t('wallet.credit')} description={t('wallet.creditWhat')}>
      <Form form={form} failed={t('wallet.failed')} label={t('wallet.credit')}>
        <FormDecimal
          form={form}
          name="amountUsd"
          label={t('wallet.amount')}
          help={t('wallet.negative')}
          unit="USD"
          negative
          required
        />
        <FormText form={form} name="note" label={t('wallet.note')} help={t('wallet.noteHelp')} maxLength={500} />
        <div>
          <Button type="submit" busy={form.formState.isSubmitting}>
            {t('wallet.credit')}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

/** How far below zero usage may take the team's wallet. */
function CreditLine({ team }: WalletProps) {
  const t = useTeamWords();
  const { moved } = useMoved();
  const form = useSchemaForm({
    schema: creditLineInputSchema,
    values: { amountUsd: '', reason: '' },
    messages: { amountUsd: t('amountForm'), reason: t('wallet.reasonNeeded') },
    send: async (body) => {
      const answer = await api.call('teams.setCreditLine', { params: { id: team.id }, body });
      form.reset();
      await moved(answer);
    },
  });
  return (
    <Card title={t('wallet.line')} description={t('wallet.lineWhat')}>
      <Form form={form} failed={t('wallet.lineFailed')} label={t('wallet.line')}>
        <FormDecimal form={form} name="amountUsd" label={t('wallet.amount')} unit="USD" required />
        <FormText form={form} name="reason" label={t('wallet.reason')} maxLength={500} required />
        <div>
          <Button type="submit" busy={form.formState.isSubmitting}>
            {t('wallet.setLine')}
          </Button>
        </div>
      </Form>
    </Card>
  );
}
