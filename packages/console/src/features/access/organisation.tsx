import { signInDiscoverySchema } from '@tollgate/contract/api/sign-in';
import { Building2 } from 'lucide-react';
import { useState } from 'react';
import { FormText } from '../../components/form/fields.tsx';
import { Form } from '../../components/form/form.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { api, type Answer } from '../../lib/api.ts';
import { useAccessWords } from './words.ts';

type Found = Answer<'signIn.discover'>['data'];

/** Signing in by the way of one's organisation, which is found by the domain of one's address. */
export function OrganisationWay() {
  const t = useAccessWords();
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<Found>();
  const go = async (methodId: string): Promise<void> => {
    const { url } = await api.call('signIn.begin', { body: { methodId } });
    location.assign(url);
  };
  const form = useSchemaForm({
    schema: signInDiscoverySchema,
    values: { email: '' },
    send: async (body) => {
      const { data } = await api.call('signIn.discover', { body });
      const [only] = data;
      if (data.length === 1 && only !== undefined) await go(only.id);
      else setFound(data);
    },
  });
  if (!open)
    return (
      <Button icon={Building2} className="w-full" onPress={() => setOpen(true)}>
        {t('organisation.action')}
      </Button>
    );
  return (
    <Form form={form} failed={t('notSignedIn')} label={t('organisation.action')}>
      <FormText form={form} name="email" label={t('organisation.email')} autoComplete="email" required />
      {found?.length === 0 && (
        <p role="status" className="text-small text-muted">
          {t('organisation.none')}
        </p>
      )}
      {found?.map(({ id, name }) => (
        <Button key={id} className="w-full" onPress={() => void go(id)}>
          {t('goOnWith', { name })}
        </Button>
      ))}
      <Button type="submit" className="w-full" busy={form.formState.isSubmitting}>
        {t('goOn')}
      </Button>
    </Form>
  );
}
