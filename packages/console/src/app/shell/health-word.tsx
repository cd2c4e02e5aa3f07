import { Status } from '../../components/ui/badge.tsx';
import { fullMoment } from '../../lib/format.ts';
import { type Site, useHealth } from '../../lib/site.ts';
import { useShellWords } from './words.ts';

const tones = { up: 'good', unready: 'warn', down: 'danger' } as const;

/** Whether the gateway answers, in a word. */
export function HealthWord({ site }: { readonly site: Site }) {
  const t = useShellWords();
  const health = useHealth() ?? 'up';
  return (
    <span
      role="status"
      className="text-small"
      title={t('running', { version: site.version, since: fullMoment(site.startedAt) })}
    >
      <Status tone={tones[health]}>
        <span className="max-sm:sr-only">{t(`health.${health}`)}</span>
      </Status>
    </span>
  );
}
