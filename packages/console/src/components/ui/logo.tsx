import { useMedia } from '../../lib/media.ts';
import { addressOf } from '../../lib/base.ts';
import { theme, usePreference } from '../../lib/preferences.ts';

type LogoProps = {
  readonly className?: string;
  /** Paths of the operator's own, empty for none; one alone serves both themes. */
  readonly own?: { readonly logo: string; readonly logoDark: string };
};

/** The mark of the gateway: the operator's, or the barrier of a toll gate, raised. */
export function Logo({ className = 'size-7', own }: LogoProps) {
  const chosen = usePreference(theme);
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  const dark = chosen === 'dark' || (chosen === 'system' && systemIsDark);
  if (own === undefined || own.logo + own.logoDark === '') return <OurLogo className={className} />;
  const [first, second] = dark ? [own.logoDark, own.logo] : [own.logo, own.logoDark];
  return (
    <img alt="" src={addressOf(first === '' ? second : first)} className={`shrink-0 object-contain ${className}`} />
  );
}

const OurLogo = ({ className }: { readonly className: string }) => (
  <svg aria-hidden="true" className={`shrink-0 ${className}`} viewBox="0 0 32 32">
    <rect width="32" height="32" rx="7" className="fill-accent" />
    <g fill="none" strokeWidth="3" strokeLinecap="round" className="stroke-accent-ink">
      <path d="M9 25V13m0 2 15-7M6 25h6" />
    </g>
  </svg>
);
