import type { ModelFamily, ModelTraits } from '@tollgate/wire/models/traits';
import type { Operation, ProtocolId } from '@tollgate/wire/protocol';
import { routeFor, routePathOf } from './routes.ts';

/**
 * Path and query after the base URL, beginning with `/`. `{model}` stands for the upstream's name of the model, any other
 * `{name}` for a setting of the channel; values are percent-encoded. Of a model that is named in two parts, `{modelHead}`
 * stands for what is before the first slash and `{modelTail}` for what is after it; for the whole name where there is none.
 */
type Template = string;

/** What must hold for a variant; everything that is named must. */
type Condition = {
  /** Whether the answer is asked for as a stream. */
  readonly stream?: boolean;
  /** Settings and the value that each must have. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The model's maker serves it by this protocol and no other. */
  readonly onlyBy?: ProtocolId;
  /** The model's line, as far as its name or the channel tells. */
  readonly family?: ModelFamily;
  /** The upstream's name of the model. */
  readonly named?: RegExp;
  /** Whether the model is named with its maker's name before it (`meta/llama-4`). */
  readonly resold?: boolean;
};

/** One of several ways; without a path it says that there is none. */
export type PathVariant = { readonly when?: Condition; readonly path: Template | undefined };

/** Where one operation is asked: a template, or variants of which the first that holds is taken. */
export type Path = Template | readonly PathVariant[];

/** Where each operation is asked; what is missing, the dialect has not. */
export type Paths = Readonly<Partial<Record<Operation, Path>>>;

/** What a path may depend on. */
export type PathTarget = {
  /** The upstream's name of the model; empty for calls that concern none. */
  readonly model: string;
  /** As the provider's schema parsed them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly stream?: boolean | undefined;
  /** Whose clients ask, where rules depend on it. */
  readonly client?: ProtocolId | undefined;
  /** What is known of the model; absent for calls that concern none. */
  readonly traits?: Pick<ModelTraits, 'onlyBy' | 'family' | 'resold'> | undefined;
};

/** Path and query of an operation after the base URL; undefined when the dialect does not offer it for this target. */
export function pathFor(
  dialect: { readonly paths: Paths; readonly protocol?: ProtocolId; readonly routed?: boolean },
  operation: Operation,
  target: PathTarget,
): string | undefined {
  if (dialect.routed && dialect.protocol) {
    const route = routeFor(dialect.protocol, operation, target);
    return route && routePathOf(route, target);
  }
  const path = dialect.paths[operation];
  if (path === undefined || typeof path === 'string') return path && fillPath(path, target);
  const variant = path.find(({ when }) => when === undefined || holds(when, target));
  return variant?.path && fillPath(variant.path, target);
}

function holds({ stream, settings, onlyBy, family, named, resold }: Condition, target: PathTarget): boolean {
  const { traits } = target;
  if (stream !== undefined && stream !== (target.stream ?? false)) return false;
  if (onlyBy !== undefined && onlyBy !== traits?.onlyBy) return false;
  if (family !== undefined && family !== traits?.family) return false;
  if (named !== undefined && !named.test(target.model)) return false;
  if (resold !== undefined && resold !== (traits?.resold ?? false)) return false;
  for (const name in settings) if (target.settings[name] !== settings[name]) return false;
  return true;
}

/** Text and names in turn, by template: there are a few dozen, and each is filled with every request. */
const pieces = new Map<Template, readonly string[]>();

/** `{name+}` stands for several segments: the slashes between them stay. */
const encoded = (value: string, segments: boolean): string =>
  segments ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);

/** A template with its names replaced. */
export function fillPath(template: Template, { model, settings }: PathTarget): string {
  if (!template.includes('{')) return template;
  let parts = pieces.get(template);
  if (!parts) pieces.set(template, (parts = template.split(/\{(\w+\+?)\}/)));
  let path = parts[0] ?? '';
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i] ?? '';
    const value = namedOf(name, model) ?? settings[name.replace('+', '')];
    path += (typeof value === 'string' ? encoded(value, name.endsWith('+')) : '') + (parts[i + 1] ?? '');
  }
  return path;
}

/** What a name stands for that is of the model; undefined for one that is not. */
function namedOf(name: string, model: string): string | undefined {
  switch (name) {
    case 'model':
      return model;
    case 'modelHead':
    case 'modelTail': {
      const slash = model.indexOf('/');
      if (slash < 0) return model;
      return name === 'modelHead' ? model.slice(0, slash) : model.slice(slash + 1);
    }
    default:
      return undefined;
  }
}

/** The same of a text that is no path: what is put in is not encoded. */
export const fillPlain = (template: Template, { model, settings }: Pick<PathTarget, 'model' | 'settings'>): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === 'model' ? model : settings[name];
    return typeof value === 'string' ? value : '';
  });

/** What names a video to its vendor. */
export type VideoNames = { readonly id: string; readonly file?: string | undefined };

/** Where a video is asked after; undefined when the dialect does not offer it with these settings. */
export function fillVideoPath(
  path: Path,
  settings: PathTarget['settings'],
  { id, file = '' }: VideoNames,
): string | undefined {
  const target = { model: '', settings: { ...settings, id, file } };
  const variant = variantsOf(path).find(({ when }) => when === undefined || holds(when, target));
  return variant?.path && fillPath(variant.path, target);
}

/** A path that begins with `/..` climbs out of the base URL's own, to where a vendor has another of its protocols. */
export function joinPath(basePath: string, path: string): string {
  let base = basePath;
  let rest = path;
  while (rest.startsWith('/../')) {
    base = base.slice(0, Math.max(0, base.lastIndexOf('/')));
    rest = rest.slice(3);
  }
  return base + rest;
}

/** A path as its variants. */
export const variantsOf = (path: Path | undefined): readonly PathVariant[] =>
  path === undefined || typeof path === 'string' ? [{ path }] : path;

/** The same operations elsewhere. */
export function mapPaths(paths: Paths, edit: (path: Path) => Path): Paths {
  return Object.fromEntries(Object.entries(paths).map(([operation, path]) => [operation, edit(path)]));
}
