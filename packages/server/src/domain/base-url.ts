import type { AnyProvider } from '../providers/define.ts';

/** A provider's own base URL under these settings, which its schema has parsed; undefined when it has none. */
export function baseUrlOf(provider: AnyProvider, settings: Readonly<Record<string, unknown>>): string | undefined {
  return provider.baseUrl?.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = settings[name];
    return typeof value === 'string' ? value : '';
  });
}
