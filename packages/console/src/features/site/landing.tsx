import { Activity, ArrowRight, Boxes, KeyRound } from 'lucide-react';
import { LinkButton } from '../../components/ui/link.tsx';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { usePublicAddress, useSite } from '../../lib/site.ts';
import { useSiteWords } from './words.ts';

/** The first page of a gateway for everybody: what it is, how it is used, and the way in. */
export default function Landing() {
  const t = useSiteWords();
  const site = useSite().data;
  const publicAddress = usePublicAddress();
  if (site === undefined) return null;
  const points = [
    { icon: KeyRound, of: 'key' },
    { icon: Boxes, of: 'models' },
    { icon: Activity, of: 'money' },
  ] as const;
  const request = [
    `curl ${publicAddress('v1/chat/completions')} \\`,
    '  -H "Authorization: Bearer $API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"model": "…", "messages": [{"role": "user", "content": "Hello"}]}'`,
  ].join('\n');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-10 py-6 sm:gap-12 sm:py-10">
      <section className="mx-auto grid max-w-2xl justify-items-center gap-5 text-center">
        <h1 className="text-3xl font-semibold tracking-tight text-balance break-keep wrap-anywhere sm:text-5xl">
          {t('landing.title', { name: site.name })}
        </h1>
        <p className="text-base text-muted text-pretty">{t('landing.what')}</p>
        <div className="flex flex-wrap justify-center gap-2">
          <LinkButton to={site.registrationOpen ? '/sign-up' : '/sign-in'} look="primary" icon={ArrowRight}>
            {t(site.registrationOpen ? 'landing.start' : 'landing.signIn')}
          </LinkButton>
          {site.doors.marketplace === 'public' && <LinkButton to="/catalog">{t('landing.see')}</LinkButton>}
        </div>
      </section>
      <CodeBlock className="mx-auto w-full max-w-2xl" text={request} label={t('landing.request')} />
      <ul className="grid gap-x-8 gap-y-6 sm:grid-cols-3">
        {points.map(({ icon: Icon, of }) => (
          <li key={of}>
            <Icon aria-hidden className="mb-2 size-5 text-accent" />
            <h2 className="font-semibold">{t(`landing.${of}.title`)}</h2>
            <p className="mt-1 text-muted text-pretty">{t(`landing.${of}.what`)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
