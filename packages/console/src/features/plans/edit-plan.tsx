import { DraftForm, useDraft } from '../../components/form/draft-form.tsx';
import { EditDrawer } from '../../components/form/edit-drawer.tsx';
import { DecimalField, NumberField } from '../../components/ui/number-field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { TagInput } from '../../components/ui/tag-input.tsx';
import { TextArea, TextField } from '../../components/ui/text-field.tsx';
import { Switch } from '../../components/ui/toggles.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useOperation } from '../../lib/operations.ts';
import { usePlanWords } from '../../lib/plan-terms.ts';

export type Plan = Answer<'plans.list'>['data'][number];
type Draft = Omit<Plan, 'id' | 'subscribers' | 'owner' | 'createdAt' | 'updatedAt'>;

type EditPlanProps = {
  readonly plan: Plan | 'new' | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
};

/** Makes a plan, or changes one. */
export function EditPlan({ plan, onClose, onSaved }: EditPlanProps) {
  const t = usePlanWords();
  return (
    <EditDrawer thing={plan} create={t('create')} onClose={onClose}>
      {(edited) => <PlanForm plan={edited} onClose={onClose} onSaved={onSaved} />}
    </EditDrawer>
  );
}

const fresh = (): Draft => ({
  name: '',
  description: '',
  enabled: true,
  position: 0,
  priceUsd: '20',
  perSeat: false,
  interval: 'month',
  intervalCount: 1,
  unit: 'money',
  amount: '30',
  reset: 'term',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  rollover: false,
  overflow: true,
  group: null,
  models: null,
  groups: null,
  channels: null,
  trialDays: 0,
  graceDays: 3,
  perPerson: 0,
});

const draftOf = (plan: Plan): Draft => {
  const { id: _id, subscribers: _some, owner: _owner, createdAt: _made, updatedAt: _changed, ...draft } = plan;
  return draft;
};

type PlanFormProps = { readonly plan: Plan | undefined; readonly onClose: () => void; readonly onSaved: () => void };

function PlanForm({ plan, onClose, onSaved }: PlanFormProps) {
  const t = usePlanWords();
  const form = useDraft<Draft>({
    first: () => (plan === undefined ? fresh() : draftOf(plan)),
    send: (body) =>
      plan === undefined
        ? api.call('plans.create', { body })
        : api.call('plans.update', { params: { id: plan.id }, body }),
    onSaved: () => {
      onSaved();
      onClose();
    },
  });
  const { draft, edit } = form;
  return (
    <DraftForm form={form} failed={t('notSaved')} onCancel={onClose}>
      <TextField
        label={t('field.name')}
        value={draft.name}
        onChange={(name) => edit({ name })}
        maxLength={100}
        isRequired
      />
      <TextArea
        label={t('field.description')}
        value={draft.description}
        onChange={(description) => edit({ description })}
      />
      <Switch
        label={t('field.perSeat')}
        value={draft.perSeat}
        onChange={(perSeat) => edit({ perSeat, ...(perSeat && { trialDays: 0, group: null }) })}
      />
      <PriceFields draft={draft} edit={edit} />
      <AllowanceFields draft={draft} edit={edit} />
      <Switch label={t('field.enabled')} value={draft.enabled} onChange={(enabled) => edit({ enabled })} />
    </DraftForm>
  );
}

type PartProps = { readonly draft: Draft; readonly edit: (patch: Partial<Draft>) => void };

function PriceFields({ draft, edit }: PartProps) {
  const t = usePlanWords();
  const intervals = ['day', 'week', 'month', 'year'] as const;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <DecimalField
        label={t('field.price')}
        unit="USD"
        value={draft.priceUsd}
        onChange={(price) => edit({ priceUsd: price ?? '0' })}
      />
      <div className="grid grid-cols-2 gap-2">
        <NumberField
          label={t('field.every')}
          min={1}
          value={draft.intervalCount}
          onChange={(count) => edit({ intervalCount: count ?? 1 })}
        />
        <Select
          label={t('field.interval')}
          choices={intervals.map((one) => ({ value: one, label: t(`interval.${one}`) }))}
          value={draft.interval}
          onChange={(interval) => edit({ interval })}
        />
      </div>
      <NumberField
        label={t('field.trial')}
        disabled={draft.perSeat}
        min={0}
        value={draft.trialDays}
        onChange={(days) => edit({ trialDays: days ?? 0 })}
      />
      <NumberField
        label={t('field.grace')}
        min={0}
        value={draft.graceDays}
        onChange={(days) => edit({ graceDays: days ?? 0 })}
      />
    </div>
  );
}

function AllowanceFields({ draft, edit }: PartProps) {
  const t = usePlanWords();
  const groups = useOperation('groups.list');
  const units = ['money', 'tokens', 'requests'] as const;
  const resets = ['term', 'day', 'week', 'month'] as const;
  const own = { value: '', label: t('field.ownGroup') };
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t('field.unit')}
          choices={units.map((unit) => ({ value: unit, label: t(`unit.${unit}`) }))}
          value={draft.unit}
          onChange={(unit) => edit({ unit })}
        />
        <DecimalField
          label={t('field.amount')}
          value={draft.amount}
          onChange={(amount) => edit({ amount: amount ?? '0' })}
        />
        <Select
          label={t('field.reset')}
          choices={resets.map((reset) => ({ value: reset, label: t(`reset.${reset}`) }))}
          value={draft.reset}
          onChange={(reset) => edit({ reset })}
        />
        <TextField
          label={t('field.timeZone')}
          value={draft.timeZone}
          onChange={(timeZone) => edit({ timeZone })}
          isRequired
        />
      </div>
      <Select
        label={t('field.group')}
        disabled={draft.perSeat}
        choices={[own, ...(groups.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))]}
        value={draft.group ?? ''}
        onChange={(group) => edit({ group: group === '' ? null : group })}
      />
      <TagInput
        free
        label={t('field.models')}
        help={t('field.all')}
        values={draft.models ?? []}
        onChange={(models) => edit({ models: models.length === 0 ? null : [...models] })}
      />
      <Switch label={t('field.overflow')} value={draft.overflow} onChange={(overflow) => edit({ overflow })} />
      <Switch label={t('field.rollover')} value={draft.rollover} onChange={(rollover) => edit({ rollover })} />
    </>
  );
}
