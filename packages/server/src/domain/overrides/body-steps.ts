import type { OverrideMode } from '@tollgate/contract/api/overrides';
import { isList, isObject } from '@tollgate/wire/json/fields';
import { editAt, readPath, valuesAt, type Change } from '@tollgate/wire/json/path';
import { textOf } from '@tollgate/wire/json/scalars';
import type { Json, JsonObject } from '@tollgate/wire/protocol';
import { readPattern, type Complain } from './mistakes.ts';
import type { Operation, Step } from './run.ts';

/** Modes that change one place of the body by what stands there. */
type EditMode = Exclude<
  OverrideMode,
  | 'move'
  | 'copy'
  | 'prune_objects'
  | 'return_error'
  | 'set_header'
  | 'delete_header'
  | 'copy_header'
  | 'move_header'
  | 'pass_headers'
  | 'sync_fields'
>;

/** A step that edits the body at its path. */
export function compileEdit(mode: EditMode, operation: Operation, complain: Complain): Step | undefined {
  const { path } = operation;
  if (path === undefined || path === '') {
    complain('path', 'is missing', 'where in the body, such as "metadata.user_id" or "messages.0.content"');
    return undefined;
  }
  const change = changeOf(mode, operation, complain);
  const at = readPath(path);
  return change && ((run) => void (run.json = editAt(run.json, at, change)));
}

function changeOf(mode: EditMode, operation: Operation, complain: Complain): Change | undefined {
  const { value, keep_origin: keep = false } = operation;
  switch (mode) {
    case 'set':
      if (value === undefined) return missing(complain, 'value', 'what to set; null is a value too');
      return keep ? (old) => old ?? value : () => value;
    case 'delete':
      return () => undefined;
    case 'prepend':
    case 'append':
      if (value === undefined) return missing(complain, 'value', 'a text, a list, or an object');
      return (old) => joined(old, value, mode === 'append', keep);
    case 'trim_space':
      return ofText((text) => text.trim());
    case 'to_lower':
      return ofText((text) => text.toLowerCase());
    case 'to_upper':
      return ofText((text) => text.toUpperCase());
    case 'trim_prefix':
    case 'trim_suffix':
    case 'ensure_prefix':
    case 'ensure_suffix':
      if (typeof value !== 'string' || value === '') return missing(complain, 'value', 'a text that is not empty');
      return ofText(affixes[mode](value));
    case 'replace':
    case 'regex_replace':
      return replacing(mode, operation, complain);
  }
}

function missing(complain: Complain, at: string, instead: string): undefined {
  complain(at, 'is missing', instead);
}

/** A change of texts; whatever else stands there is left alone. */
const ofText =
  (change: (text: string) => string): Change =>
  (old) =>
    typeof old === 'string' ? change(old) : old;

type Affix = (affix: string) => (text: string) => string;

const affixes: Readonly<Record<'trim_prefix' | 'trim_suffix' | 'ensure_prefix' | 'ensure_suffix', Affix>> = {
  trim_prefix: (affix) => (text) => (text.startsWith(affix) ? text.slice(affix.length) : text),
  trim_suffix: (affix) => (text) => (text.endsWith(affix) ? text.slice(0, -affix.length) : text),
  ensure_prefix: (affix) => (text) => (text.startsWith(affix) ? text : affix + text),
  ensure_suffix: (affix) => (text) => (text.endsWith(affix) ? text : text + affix),
};

function replacing(
  mode: 'replace' | 'regex_replace',
  { from, to = '' }: Operation,
  complain: Complain,
): Change | undefined {
  if (from === undefined || from === '') return missing(complain, 'from', 'the text to be replaced by `to`');
  if (mode === 'replace') return ofText((text) => text.replaceAll(from, () => to));
  const pattern = readPattern(from, 'gu', 'from', complain);
  // Others write groups as ${1} too.
  const replacement = to.replaceAll(/\$\{(\w+)\}/g, (_, group: string) =>
    /^\d+$/.test(group) ? `$${group}` : `$<${group}>`,
  );
  return pattern && ofText((text) => text.replace(pattern, replacement));
}

/** Texts and lists are joined, objects merged; where nothing is, the value is put; anything else is left alone. */
function joined(old: Json | undefined, value: Json, after: boolean, keep: boolean): Json | undefined {
  if (old === undefined || old === null) return value;
  if (isList(old)) {
    const more = isList(value) ? value : [value];
    return after ? [...old, ...more] : [...more, ...old];
  }
  if (typeof old === 'string') {
    const more = textOf(value);
    return more === undefined ? old : after ? old + more : more + old;
  }
  if (isObject(old) && isObject(value)) return keep ? { ...value, ...old } : { ...old, ...value };
  return old;
}

/** A step that puts what is at one path at another too, or there instead. */
export function compileTransfer(mode: 'move' | 'copy', { from, to }: Operation, complain: Complain): Step | undefined {
  if (from === undefined || from === '') complain('from', 'is missing', 'a path in the body');
  if (to === undefined || to === '') complain('to', 'is missing', 'a path in the body');
  if (!from || !to) return undefined;
  const [source, target] = [readPath(from), readPath(to)];
  if (source.some((step) => typeof step !== 'string') || target.some((step) => typeof step !== 'string')) {
    complain(
      from.includes('*') ? 'from' : 'to',
      `\`${mode}\` takes one place, not all (\`*\`)`,
      'an index, such as 0 or -1',
    );
    return undefined;
  }
  return (run) => {
    const [value] = valuesAt(run.json, source);
    if (value === undefined) return;
    const without: JsonObject = mode === 'move' ? editAt(run.json, source, () => undefined) : run.json;
    run.json = editAt(without, target, () => value);
  };
}
