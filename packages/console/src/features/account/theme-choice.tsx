import { Segments } from '../../components/segments.tsx';
import { chooseTheme, useTheme } from '../../lib/theme.ts';

const themes = [
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
  { value: 'system', label: 'System', icon: 'screen' },
] as const;

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  return <Segments legend="Theme" segments={themes} value={useTheme()} onChange={chooseTheme} />;
}
