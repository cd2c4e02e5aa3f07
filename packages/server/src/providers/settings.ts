import { fieldOf } from './auth.ts';
import type { AnyProvider } from './define.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Settings by what differs in them, for the settings that they are made of. */
const variants = new WeakMap<Settings, Map<string, Settings>>();

/** A channel's settings as they hold for a model; the very same object where nothing is said of the model. */
export function settingsFor({ byModel }: Pick<AnyProvider, 'byModel'>, settings: Settings, model: string): Settings {
  if (byModel === undefined) return settings;
  const own: Record<string, unknown> = {};
  for (const [name, mapName] of Object.entries(byModel)) {
    const map = settings[mapName];
    if (typeof map !== 'object' || map === null || !Object.hasOwn(map, model)) continue;
    own[name] = (map as Settings)[model];
  }
  const key = JSON.stringify(own);
  if (key === '{}') return settings;
  let known = variants.get(settings);
  if (!known) variants.set(settings, (known = new Map<string, Settings>()));
  let variant = known.get(key);
  if (!variant) known.set(key, (variant = Object.freeze({ ...settings, ...own })));
  return variant;
}

/** Settings with what was left empty read from the credential; the very same object where nothing is. */
export function completedBy(
  { fromCredential }: Pick<AnyProvider, 'fromCredential'>,
  settings: Settings,
  credential: Readonly<Record<string, string>>,
): Settings {
  const read: Record<string, string> = {};
  for (const [name, field] of Object.entries(fromCredential ?? {})) {
    const value = settings[name] ? undefined : fieldOf(credential, field);
    if (value !== undefined) read[name] = value;
  }
  return Object.keys(read).length === 0 ? settings : Object.freeze({ ...settings, ...read });
}
