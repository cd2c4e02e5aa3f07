import { Monitor, Moon, Sun } from 'lucide-react';
import { Segmented } from '../../components/ui/segmented.tsx';
import { chooseLanguage, languages, nameOfLanguage, useLanguage } from '../../lib/i18n.ts';
import { density, theme, usePreference } from '../../lib/preferences.ts';
import { useShellWords } from './words.ts';

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  const t = useShellWords();
  return (
    <Segmented
      label={t('account.theme')}
      segments={[
        { value: 'light', label: t('account.light'), icon: Sun },
        { value: 'dark', label: t('account.dark'), icon: Moon },
        { value: 'system', label: t('account.system'), icon: Monitor },
      ]}
      value={usePreference(theme)}
      onChange={theme.choose}
      iconsOnly
    />
  );
}

/** How high rows are. */
export function DensityChoice() {
  const t = useShellWords();
  return (
    <Segmented
      label={t('account.density')}
      segments={[
        { value: 'compact', label: t('account.compact') },
        { value: 'comfortable', label: t('account.comfortable') },
      ]}
      value={usePreference(density)}
      onChange={density.choose}
    />
  );
}

/** Each language by the name that it gives itself. */
export function LanguageChoice() {
  const t = useShellWords();
  const current = useLanguage();
  return (
    <select
      aria-label={t('account.language')}
      value={current}
      onChange={(event) => void chooseLanguage(event.target.value)}
      className="min-h-7 rounded-md border border-field bg-surface px-1.5 text-small pointer-coarse:min-h-10"
    >
      {languages().map((one) => (
        <option key={one} value={one} lang={one}>
          {nameOfLanguage(one)}
        </option>
      ))}
    </select>
  );
}
