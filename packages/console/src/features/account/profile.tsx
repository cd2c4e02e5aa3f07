import { mePatchSchema } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { FormCombobox, FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { useRoleLabel } from '../../components/rights/role-label.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { KeyValues } from '../../components/ui/key-values.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { calendarDay } from '../../lib/format.ts';
import { meKey, useMe } from '../../lib/session.ts';
import { OwnAddress } from './own-address.tsx';
import { useAccountWords } from './words.ts';

const profileSchema = mePatchSchema.pick({ name: true, username: true, timeZone: true }).required();

const timeZones = Intl.supportedValuesOf('timeZone').map((name) => ({ value: name, label: name }));

/** One's names, address and time zone; the rest is an administrator's to change. */
export function Profile() {
  const t = useAccountWords();
  const roleLabel = useRoleLabel();
  const queries = useQueryClient();
  const { user } = useMe();
  const form = useSchemaForm({
    schema: profileSchema,
    values: { name: user.name, username: user.username, timeZone: user.timeZone },
    send: async (body) => {
      queries.setQueryData(meKey, await api.call('me.update', { body }));
      form.reset(body);
      showToast({ title: t('profile.saved') });
    },
  });
  return (
    <Form form={form} failed={t('profile.notSaved')}>
      <Card
        title={t('profile.title')}
        footer={
          <Button look="primary" type="submit" busy={form.formState.isSubmitting} isDisabled={!form.formState.isDirty}>
            {t('save')}
          </Button>
        }
      >
        <div className="grid gap-4">
          <FormText form={form} name="name" label={t('profile.name')} autoComplete="name" maxLength={100} required />
          <FormText
            form={form}
            name="username"
            label={t('profile.username')}
            help={t('profile.usernameHelp')}
            autoComplete="username"
            maxLength={40}
            empty={null}
          />
          <FormCombobox
            form={form}
            name="timeZone"
            label={t('profile.timeZone')}
            help={t('profile.timeZoneHelp')}
            placeholder="UTC"
            choices={timeZones}
            empty={null}
          />
          <KeyValues
            items={[
              { term: t('profile.email'), value: <OwnAddress /> },
              { term: t('profile.role'), value: roleLabel(user.role) },
              { term: t('profile.group'), value: user.group },
              { term: t('profile.since'), value: calendarDay(user.createdAt) },
            ]}
          />
        </div>
      </Card>
    </Form>
  );
}
