import { ExternalLink } from 'lucide-react';
import { clientLinks, knownClients } from '../../lib/clients.ts';
import { useSiteContent } from '../../lib/site-content.ts';
import { buttonClass } from '../ui/button.tsx';
import { useSnippetWords } from './words.ts';

type ClientLinksProps = { readonly root: string; readonly secret: string; readonly model: string };

/** Clients that open with the key filled in: the administrator's, or those that are known here. */
export function ClientLinks({ root, secret, model }: ClientLinksProps) {
  const t = useSnippetWords();
  const own = useSiteContent().data?.clients;
  if (own === undefined) return null;
  const links = clientLinks(own.length === 0 ? knownClients : own, { root, key: secret, model });
  return (
    <section aria-label={t('openIn')} className="grid gap-2 border-t border-line pt-3">
      <h3 className="text-small font-medium">{t('openIn')}</h3>
      <ul className="flex flex-wrap gap-2">
        {links.map(({ name, href }) => (
          <li key={name}>
            <a href={href} target="_blank" rel="noreferrer" className={buttonClass('plain', 'small')}>
              {name}
              <ExternalLink aria-hidden className="size-3.5 text-muted" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
