import type { AnyProvider } from '../providers/define.ts';

/** A provider's own base URL under these settings, which its schema has parsed; undefined when it has none. */
export function baseUrlOf(
  provider: Pick<AnyProvider, 'baseUrl' | 'elsewhere'>,
  settings: Readonly<Record<string, unknown>>,
): string | undefined {
  const template = ownBaseUrlOf(provider, settings);
  return template === undefined ? undefined : withSettings(template, settings);
}

/** A template with the values of settings in place of their names; nothing stands for one that is no text. */
export const withSettings = (template: string, settings: Readonly<Record<string, unknown>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = settings[name];
    return typeof value === 'string' ? value : '';
  });

/** The same with the names of settings in place of their values. */
export function ownBaseUrlOf(
  { baseUrl, elsewhere }: Pick<AnyProvider, 'baseUrl' | 'elsewhere'>,
  settings: Readonly<Record<string, unknown>>,
): string | undefined {
  const other = elsewhere?.find(({ when }) => Object.entries(when).every(([name, value]) => settings[name] === value));
  return other?.baseUrl ?? baseUrl;
}
