import { teamDomainInputSchema } from '@tollgate/contract/api/team-sign-in';
import { useQueryClient } from '@tanstack/react-query';
import { Globe } from 'lucide-react';
import { Form } from '../../../components/form/form.tsx';
import { FormText } from '../../../components/form/fields.tsx';
import { useSchemaForm } from '../../../components/form/use-schema-form.ts';
import { Button } from '../../../components/ui/button.tsx';
import { EntityList } from '../../../components/ui/entity-list.tsx';
import { api } from '../../../lib/api.ts';
import { useOperation } from '../../../lib/operations.ts';
import { DomainLine } from './domain-line.tsx';
import { useSignOnWords } from './words.ts';

/** Domains that the team has named, with what the DNS of each is to say until it was found. */
export function Domains({ teamId }: { readonly teamId: string }) {
  const t = useSignOnWords();
  const queries = useQueryClient();
  const list = useOperation('teams.domains', { params: { id: teamId } });
  const form = useSchemaForm({
    schema: teamDomainInputSchema,
    values: { domain: '' },
    send: async (body) => {
      await api.call('teams.addDomain', { params: { id: teamId }, body });
      form.reset({ domain: '' });
      await queries.invalidateQueries({ queryKey: ['teams.domains'] });
    },
  });
  return (
    <section className="grid gap-3">
      <div>
        <h2 className="font-semibold">{t('domains')}</h2>
        <p className="text-muted">{t('domainsWhat')}</p>
      </div>
      <Form form={form} failed={t('notAdded')} label={t('addDomain')}>
        <div className="flex max-w-lg items-end gap-2">
          <div className="min-w-0 grow">
            <FormText form={form} name="domain" label={t('domain')} placeholder="example.com" autoComplete="off" />
          </div>
          <Button type="submit" busy={form.formState.isSubmitting}>
            {t('addDomain')}
          </Button>
        </div>
      </Form>
      <EntityList
        list={list}
        failed={t('domainsUnread')}
        empty={{ icon: Globe, title: t('noDomains'), what: t('noDomainsWhat') }}
      >
        {(domain) => <DomainLine teamId={teamId} domain={domain} />}
      </EntityList>
    </section>
  );
}
