import type { AnyProvider } from '../providers/define.ts';

/** A model's name as the vendor writes it. */
export function upstreamNameOf(
  { modelNames }: Pick<AnyProvider, 'modelNames'>,
  settings: Readonly<Record<string, unknown>>,
  model: string,
): string {
  for (const { match, to, setting } of modelNames ?? []) {
    if ((setting !== undefined && !settings[setting]) || !match.test(model)) continue;
    return model.replace(
      match,
      to.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(settings[name])),
    );
  }
  return model;
}
