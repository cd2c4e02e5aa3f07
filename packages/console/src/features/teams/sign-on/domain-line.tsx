import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import type { Answer } from '../../../lib/api.ts';
import { calendarDay } from '../../../lib/format.ts';
import { useAction } from '../../../lib/operations.ts';
import { useSignOnWords } from './words.ts';

type Domain = Answer<'teams.domains'>['data'][number];

/** One domain: verified or what is to be put into its DNS, and whether its people have another way in. */
export function DomainLine({ teamId, domain }: { readonly teamId: string; readonly domain: Domain }) {
  const t = useSignOnWords();
  const [asking, setAsking] = useState<'enforce' | 'remove'>();
  const changed = { invalidates: ['teams.domains', 'audit.list'] } as const;
  const verify = useAction('teams.verifyDomain', { ...changed, failed: t('notVerified') });
  const change = useAction('teams.changeDomain', { ...changed, failed: t('notChanged') });
  const remove = useAction('teams.removeDomain', { ...changed, failed: t('notRemoved') });
  const params = { id: teamId, domainId: domain.id };
  const verified = domain.verifiedAt !== null;
  const missing = domain.lostAt !== null;
  const relax = (): void => void change.run({ params, body: { enforced: false } });
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 truncate font-medium">{domain.domain}</span>
        <Badge tone={verified && !missing ? 'good' : 'warn'}>
          {t(missing ? 'missing' : verified ? 'verified' : 'unverified')}
        </Badge>
        {domain.enforced && <Badge>{t('enforced')}</Badge>}
        <span className="ms-auto flex items-center gap-2">
          {(!verified || missing) && (
            <Button size="small" busy={verify.busy} onPress={() => void verify.run({ params })}>
              {t('verify')}
            </Button>
          )}
          {verified && (
            <Button size="small" onPress={domain.enforced ? relax : () => setAsking('enforce')}>
              {t(domain.enforced ? 'relax' : 'enforce')}
            </Button>
          )}
          <IconButton icon={Trash2} label={t('removeDomain')} onPress={() => setAsking('remove')} />
        </span>
      </div>
      {domain.lostAt !== null && (
        <p className="text-small text-warn">{t('missingWhat', { until: calendarDay(domain.lostAt) })}</p>
      )}
      {(!verified || missing) && <DnsRecord record={domain.record} />}
      <ConfirmDialog
        open={asking === 'enforce'}
        onClose={() => setAsking(undefined)}
        title={t('enforceTitle', { domain: domain.domain })}
        action={t('enforce')}
        onConfirm={async () => void (await change.run({ params, body: { enforced: true } }))}
      >
        {t('enforceWhat')}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'remove'}
        onClose={() => setAsking(undefined)}
        title={t('removeDomainTitle', { domain: domain.domain })}
        action={t('removeDomain')}
        onConfirm={async () => void (await remove.run({ params }))}
      >
        {t('removeDomainWhat')}
      </ConfirmDialog>
    </>
  );
}

function DnsRecord({ record }: { readonly record: Domain['record'] }) {
  const t = useSignOnWords();
  return (
    <div className="grid gap-1 text-small text-muted">
      <p>{t('recordWhat')}</p>
      {[
        { label: t('recordName'), text: record.name },
        { label: t('recordValue'), text: record.value },
      ].map(({ label, text }) => (
        <div key={label} className="flex items-center gap-x-2 max-sm:flex-wrap">
          <span className="w-24 shrink-0 max-sm:basis-full">{label}</span>
          <code className="min-w-0 font-mono text-xs break-all max-sm:flex-1">{text}</code>
          <CopyButton text={text} what={label} iconOnly />
        </div>
      ))}
    </div>
  );
}
