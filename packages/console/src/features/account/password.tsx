import { passwordChangeSchema } from '@tollgate/contract/api/people';
import { useQueryClient } from '@tanstack/react-query';
import { FormPassword } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/session.ts';
import { useAccountWords } from './words.ts';

/** Changes one's own password, which ends all other sessions. */
export function Password() {
  const t = useAccountWords();
  const queries = useQueryClient();
  const { user } = useMe();
  const form = useSchemaForm({
    schema: passwordChangeSchema,
    values: { current: '', next: '' },
    send: async (body) => {
      await api.call('me.password', { body });
      form.reset({ current: '', next: '' });
      for (const name of ['sessions.list', 'tokens.list']) await queries.invalidateQueries({ queryKey: [name] });
      showToast({ title: t('password.saved') });
    },
  });
  return (
    <Form form={form} failed={t('password.notSaved')}>
      <Card
        title={t('password.title')}
        description={t('password.what')}
        footer={
          <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
            {t('password.submit')}
          </Button>
        }
      >
        <div className="grid gap-4">
          {/* Whose password it is, for password managers. */}
          <input type="email" autoComplete="username" value={user.email ?? ''} readOnly hidden />
          <FormPassword
            form={form}
            name="current"
            label={t('password.current')}
            autoComplete="current-password"
            required
          />
          <FormPassword
            form={form}
            name="next"
            label={t('password.next')}
            help={t('password.help')}
            autoComplete="new-password"
            required
          />
        </div>
      </Card>
    </Form>
  );
}
