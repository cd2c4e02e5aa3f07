import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { MoneyField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { useMe } from '../../lib/session.ts';
import { cheaperDraftOf, CheaperFields, cheaperOf, isCheaperReady } from './cheaper-fields.tsx';
import { useBudgetWords } from './words.ts';

type Budget = Answer<'budgets.list'>['data'][number];
export type Edited = Budget | 'new';

type EditBudgetProps = {
  readonly budget: Edited | undefined;
  /** Whether budgets of others may be set. */
  readonly everybody: boolean;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** Sets a budget, or changes how much one allows: for good, or until a date. */
export function EditBudget({ budget, everybody, onClose, onSaved }: EditBudgetProps) {
  const t = useBudgetWords();
  const thing = budget === undefined || budget === 'new' ? budget : { ...budget, name: t('changeTitle') };
  const saved = (): void => {
    onSaved();
    onClose();
  };
  return (
    <EditDrawer thing={thing} create={t('create')} onClose={onClose}>
      {(edited) =>
        edited === undefined ? (
          <NewBudget everybody={everybody} onClose={onClose} onSaved={saved} />
        ) : (
          <ChangeBudget budget={edited} onClose={onClose} onSaved={saved} />
        )
      }
    </EditDrawer>
  );
}

type FormProps = { readonly onClose: () => void; readonly onSaved: () => void };

const periods = ['day', 'week', 'month', 'ever'] as const;

function NewBudget({ everybody, onClose, onSaved }: FormProps & { readonly everybody: boolean }) {
  const t = useBudgetWords();
  const { user } = useMe();
  const form = useDraft({
    first: () => ({
      userId: user.id,
      keyId: '',
      model: '',
      period: 'month' as (typeof periods)[number],
      timeZone: user.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      limitUsd: '10',
      cheaper: cheaperDraftOf(null),
    }),
    send: async ({ keyId, model, userId, cheaper, ...rest }) =>
      await api.call('budgets.create', {
        body: {
          ...rest,
          cheaper: cheaperOf(cheaper),
          ...(everybody && { userId }),
          ...(keyId !== '' && { keyId }),
          ...(model !== '' && { model }),
        },
      }),
    onSaved,
  });
  const { draft, edit } = form;
  const keys = useOperation('keys.list', { query: { limit: 200, ...(everybody && { userId: draft.userId }) } });
  return (
    <DraftForm form={form} failed={t('notSaved')} onCancel={onClose} ready={isCheaperReady(draft.cheaper)}>
      {everybody && <Owner value={draft.userId} onChange={(userId) => edit({ userId, keyId: '' })} />}
      <Select
        label={t('field.key')}
        choices={[
          { value: '', label: t('allKeys') },
          ...(keys.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={draft.keyId}
        onChange={(keyId) => edit({ keyId })}
      />
      <TextField
        label={t('field.model')}
        help={t('field.modelHelp')}
        value={draft.model}
        onChange={(model) => edit({ model })}
      />
      <MoneyField
        label={t('field.limit')}
        value={draft.limitUsd}
        onChange={(limitUsd) => edit({ limitUsd: limitUsd ?? '' })}
      />
      <Select
        label={t('field.period')}
        choices={periods.map((value) => ({ value, label: t(`period.${value}`) }))}
        value={draft.period}
        onChange={(period) => edit({ period })}
      />
      <TextField
        label={t('field.timeZone')}
        value={draft.timeZone}
        onChange={(timeZone) => edit({ timeZone })}
        isRequired
      />
      <CheaperFields draft={draft.cheaper} onChange={(cheaper) => edit({ cheaper })} />
    </DraftForm>
  );
}

function Owner({ value, onChange }: { readonly value: string; readonly onChange: (id: string) => void }) {
  const t = useBudgetWords();
  const users = useOperation('users.list', { query: { limit: 200 } });
  const choices = (users.data?.data ?? []).map(({ id, email, name }) => ({ value: id, label: email ?? name }));
  return <Select label={t('field.owner')} choices={choices} value={value} onChange={onChange} />;
}

const dayMs = 86_400_000;

function ChangeBudget({ budget, onClose, onSaved }: FormProps & { readonly budget: Budget }) {
  const t = useBudgetWords();
  const form = useDraft({
    first: () => ({
      limitUsd: budget.limitUsd,
      cheaper: cheaperDraftOf(budget.cheaper),
      raised: budget.override !== null,
      overrideUsd: budget.override?.limitUsd ?? budget.limitUsd,
      until: new Date(budget.override?.until ?? Date.now() + 7 * dayMs).toISOString().slice(0, 10),
      reason: budget.override?.reason ?? '',
    }),
    send: async ({ limitUsd, cheaper, raised, overrideUsd, until, reason }) =>
      await api.call('budgets.update', {
        params: { id: budget.id },
        body: {
          limitUsd,
          cheaper: cheaperOf(cheaper),
          override: raised ? { limitUsd: overrideUsd, until: Date.parse(`${until}T23:59:59`), reason } : null,
        },
      }),
    onSaved,
  });
  const { draft, edit } = form;
  const dated = /^\d{4}-\d{2}-\d{2}$/.test(draft.until);
  return (
    <DraftForm
      form={form}
      failed={t('notSaved')}
      onCancel={onClose}
      ready={isCheaperReady(draft.cheaper) && (!draft.raised || (dated && draft.reason !== ''))}
    >
      <MoneyField
        label={t('field.limit')}
        value={draft.limitUsd}
        onChange={(limitUsd) => edit({ limitUsd: limitUsd ?? '' })}
      />
      <CheaperFields draft={draft.cheaper} onChange={(cheaper) => edit({ cheaper })} />
      <Switch label={t('field.override')} value={draft.raised} onChange={(raised) => edit({ raised })} />
      {draft.raised && (
        <>
          <MoneyField
            label={t('field.overrideLimit')}
            value={draft.overrideUsd}
            onChange={(overrideUsd) => edit({ overrideUsd: overrideUsd ?? '' })}
          />
          <TextField
            type="date"
            label={t('field.until')}
            value={draft.until}
            onChange={(until) => edit({ until })}
            isRequired
          />
          <TextField
            label={t('field.reason')}
            value={draft.reason}
            onChange={(reason) => edit({ reason })}
            maxLength={300}
            isRequired
          />
        </>
      )}
    </DraftForm>
  );
}
