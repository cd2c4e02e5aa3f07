import { channelPatchSchema, type ChannelPatch, type ChannelView } from '@tollgate/contract/api/configuration';
import type { keyModes } from '@tollgate/contract/entities/channel';
import { entered, shownValues, type SchemaField } from '../../../components/provider/schema-fields.ts';

export type KeyMode = (typeof keyModes)[number];
export const promptModes = ['fallback', 'set', 'prepend', 'append'] as const;
export type PromptMode = (typeof promptModes)[number];
export const timeoutNames = ['connectMs', 'firstByteMs', 'idleMs', 'totalMs'] as const;
export type TimeoutName = (typeof timeoutNames)[number];

/** A status of the upstream's, and what it is taken for. */
export type StatusRow = { readonly from: number | null; readonly to: number | null };

/** How a channel behaves, as its form holds it. */
export type Behaviour = {
  readonly settings: Readonly<Record<string, string>>;
  readonly statuses: readonly StatusRow[];
  readonly keyMode: KeyMode;
  readonly concurrency: number | null;
  readonly autoDisable: boolean;
  readonly testModel: string;
  readonly prompt: string;
  readonly promptMode: PromptMode;
  readonly thinkingToContent: boolean;
  readonly passFields: readonly string[];
  readonly timeouts: Readonly<Record<TimeoutName, number | null>>;
  readonly proxy: string;
};

export function behaviourOf(channel: ChannelView): Behaviour {
  const { connectMs = null, firstByteMs = null, idleMs = null, totalMs = null } = channel.timeouts;
  return {
    settings: shownValues(channel.settings),
    statuses: Object.entries(channel.statusMapping).map(([from, to]) => ({ from: Number(from), to })),
    keyMode: channel.keyMode,
    concurrency: channel.concurrency,
    autoDisable: channel.autoDisable,
    testModel: channel.testModel,
    prompt: channel.systemPrompt?.text ?? '',
    promptMode: channel.systemPrompt?.mode ?? 'fallback',
    thinkingToContent: channel.thinkingToContent,
    passFields: channel.passFields,
    timeouts: { connectMs, firstByteMs, idleMs, totalMs },
    proxy: channel.proxy ?? '',
  };
}

/** What is sent of it: all fields that differ from the channel's. Throws where a text of JSON is none. */
export function patchOf(channel: ChannelView, draft: Behaviour, fields: readonly SchemaField[]): ChannelPatch {
  const before = behaviourOf(channel);
  const same = (name: keyof Behaviour): boolean => JSON.stringify(before[name]) === JSON.stringify(draft[name]);
  const { keyMode, concurrency, autoDisable, testModel, thinkingToContent, passFields } = draft;
  const known = new Set(fields.map(({ name }) => name));
  const patch = {
    // What the form does not show stays as it is.
    ...(!same('settings') && {
      settings: {
        ...Object.fromEntries(Object.entries(channel.settings).filter(([name]) => !known.has(name))),
        ...entered(fields, draft.settings),
      },
    }),
    ...(!same('statuses') && {
      statusMapping: Object.fromEntries(
        draft.statuses.flatMap(({ from, to }) => (from === null || to === null ? [] : [[String(from), to] as const])),
      ),
    }),
    ...(!same('keyMode') && { keyMode }),
    ...(!same('concurrency') && { concurrency }),
    ...(!same('autoDisable') && { autoDisable }),
    ...(!same('testModel') && { testModel }),
    ...((!same('prompt') || !same('promptMode')) && {
      systemPrompt: draft.prompt.trim() === '' ? null : { text: draft.prompt, mode: draft.promptMode },
    }),
    ...(!same('thinkingToContent') && { thinkingToContent }),
    ...(!same('passFields') && { passFields: [...passFields] }),
    ...(!same('timeouts') && {
      timeouts: Object.fromEntries(
        timeoutNames.flatMap((name) => {
          const ms = draft.timeouts[name];
          return ms === null ? [] : [[name, ms] as const];
        }),
      ),
    }),
    ...(!same('proxy') && { proxy: draft.proxy.trim() === '' ? null : draft.proxy.trim() }),
  };
  return channelPatchSchema.parse(patch);
}
