import { overrideModes, type OverrideMode, type OverrideOperation } from '@tollgate/contract/api/overrides';

export type OperationField = 'path' | 'value' | 'from' | 'to' | 'keep';
export type ModeGroup = 'fields' | 'texts' | 'headers' | 'whole';

type Takes = { readonly group: ModeGroup; readonly fields: readonly OperationField[] };

const at = (group: ModeGroup, ...fields: readonly OperationField[]): Takes => ({ group, fields });

/** What an operation of each mode is told, and what it is about. */
export const takes: Readonly<Record<OverrideMode, Takes>> = {
  set: at('fields', 'path', 'value', 'keep'),
  delete: at('fields', 'path'),
  move: at('fields', 'from', 'to'),
  copy: at('fields', 'from', 'to'),
  prepend: at('fields', 'path', 'value', 'keep'),
  append: at('fields', 'path', 'value', 'keep'),
  prune_objects: at('fields', 'path', 'value'),
  trim_prefix: at('texts', 'path', 'value'),
  trim_suffix: at('texts', 'path', 'value'),
  ensure_prefix: at('texts', 'path', 'value'),
  ensure_suffix: at('texts', 'path', 'value'),
  trim_space: at('texts', 'path'),
  to_lower: at('texts', 'path'),
  to_upper: at('texts', 'path'),
  replace: at('texts', 'path', 'from', 'to'),
  regex_replace: at('texts', 'path', 'from', 'to'),
  set_header: at('headers', 'path', 'value', 'keep'),
  delete_header: at('headers', 'path'),
  copy_header: at('headers', 'from', 'to', 'keep'),
  move_header: at('headers', 'from', 'to', 'keep'),
  pass_headers: at('headers', 'value', 'keep'),
  sync_fields: at('headers', 'from', 'to'),
  return_error: at('whole', 'value'),
};

const groups: readonly ModeGroup[] = ['fields', 'texts', 'headers', 'whole'];

/** The modes in the order in which they are offered: those of one group beside each other. */
export const modesInOrder: readonly OverrideMode[] = groups.flatMap((group) =>
  overrideModes.filter((mode) => takes[mode].group === group),
);

/** Operations to begin with, by the names of their words. */
export const templates = {
  drop: [{ mode: 'delete', path: 'user' }],
  cap: [
    { mode: 'set', path: 'max_tokens', value: 4096, conditions: [{ path: 'max_tokens', mode: 'gt', value: 4096 }] },
  ],
  temperature: [
    { mode: 'set', path: 'temperature', value: 1, conditions: [{ path: 'model', mode: 'prefix', value: 'gpt-5' }] },
  ],
  prefix: [{ mode: 'ensure_prefix', path: 'model', value: 'openai/' }],
  pass: [{ mode: 'pass_headers', value: ['anthropic-beta', 're:^x-stainless-'], keep_origin: true }],
  thinking: [{ mode: 'prune_objects', path: 'messages', value: 'thinking' }],
  refuse: [
    {
      mode: 'return_error',
      value: { message: 'This model is not served here.', status_code: 400, code: 'model_not_served' },
      conditions: [{ path: 'model', mode: 'suffix', value: '-preview' }],
    },
  ],
} as const satisfies Record<string, readonly OverrideOperation[]>;
export type Template = keyof typeof templates;
export const templateNames: readonly Template[] = [
  'drop',
  'cap',
  'temperature',
  'prefix',
  'pass',
  'thinking',
  'refuse',
];
