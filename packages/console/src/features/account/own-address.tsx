import { emailChangeSchema } from '@tollgate/contract/api/people';
import { useState } from 'react';
import { FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Status } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Dialog } from '../../components/ui/dialog.tsx';
import { showToast } from '../../components/ui/toast-queue.ts';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/session.ts';
import { useSite } from '../../lib/site.ts';
import { useAccountWords } from './words.ts';

/** One's address, whether it is confirmed, and how to have another one. */
export function OwnAddress() {
  const t = useAccountWords();
  const { user } = useMe();
  const mails = useSite().data?.mail === true;
  const [changing, setChanging] = useState(false);
  return (
    <span className="flex flex-wrap items-center gap-2">
      {user.email ?? t('address.none')}
      {user.email !== null && user.emailVerified && <Status tone="good">{t('address.verified')}</Status>}
      {mails && (
        <Button size="small" onPress={() => setChanging(true)}>
          {t('address.change')}
        </Button>
      )}
      <ChangeAddress open={changing} email={user.email ?? ''} onClose={() => setChanging(false)} />
    </span>
  );
}

function ChangeAddress({
  open,
  email,
  onClose,
}: {
  readonly open: boolean;
  readonly email: string;
  readonly onClose: () => void;
}) {
  const t = useAccountWords();
  const form = useSchemaForm({
    schema: emailChangeSchema,
    values: { email },
    send: async (body) => {
      await api.call('me.changeEmail', { body });
      showToast({ title: t('address.mailed') });
      onClose();
    },
  });
  return (
    <Dialog open={open} onClose={onClose} title={t('address.title')}>
      <Form form={form} failed={t('address.failed')}>
        <p className="text-muted">{t('address.what')}</p>
        <FormText form={form} name="email" type="email" label={t('address.email')} autoComplete="email" required />
        <Button look="primary" type="submit" busy={form.formState.isSubmitting}>
          {t('address.submit')}
        </Button>
      </Form>
    </Dialog>
  );
}
