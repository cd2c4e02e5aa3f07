import { RotateCw, WifiOff } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { type Site, useHealth } from '../../lib/site.ts';
import { useShellWords } from './words.ts';

/** What is true of the whole console: the gateway does not answer, or was updated under this page. */
export function Banners({ site }: { readonly site: Site }) {
  const t = useShellWords();
  const health = useHealth();
  // The page was loaded from the gateway that said this first.
  const [loaded] = useState(site.version);
  return (
    <>
      {health === 'down' && <Banner icon={WifiOff} words={t('offline')} />}
      {site.version !== loaded && (
        <Banner icon={RotateCw} words={t('newVersion', { version: site.version })}>
          <Button size="small" onPress={() => window.location.reload()}>
            {t('reload')}
          </Button>
        </Banner>
      )}
    </>
  );
}

type BannerProps = { readonly icon: LucideIcon; readonly words: string; readonly children?: ReactNode };

const Banner = ({ icon: Icon, words, children }: BannerProps) => (
  <div
    role="status"
    className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-warn-wash px-4 py-2 text-small sm:px-6"
  >
    <Icon aria-hidden className="size-4 shrink-0 text-warn" />
    <span className="grow">{words}</span>
    {children}
  </div>
);
