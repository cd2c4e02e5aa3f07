import { Icon, type IconName } from '../../components/icon.tsx';
import { chooseTheme, type Theme, themes, useTheme } from '../../lib/theme.ts';

const words: Readonly<Record<Theme, { readonly label: string; readonly icon: IconName }>> = {
  light: { label: 'Light', icon: 'sun' },
  dark: { label: 'Dark', icon: 'moon' },
  system: { label: 'System', icon: 'screen' },
};

/** Light, dark, or as the system has it. */
export function ThemeChoice({ name }: { readonly name: string }) {
  const chosen = useTheme();
  return (
    <fieldset className="inline-flex rounded-[var(--radius)] border border-line bg-sunken p-0.5">
      <legend className="sr-only">Theme</legend>
      {themes.map((theme) => (
        <label
          key={theme}
          className="flex min-h-7 cursor-pointer items-center gap-1.5 rounded-[4px] px-2 text-[0.8125rem] text-muted hover:text-ink has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-checked:shadow-xs has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={chosen === theme}
            onChange={() => chooseTheme(theme)}
          />
          <Icon name={words[theme].icon} className="size-3.5" />
          {words[theme].label}
        </label>
      ))}
    </fieldset>
  );
}
