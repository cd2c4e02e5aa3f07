import { isObject, listAt } from '@tollgate/wire/json/fields';
import type { Operation } from '@tollgate/wire/protocol';
import type { Quirk } from '../define.ts';
import { dropField } from './quirks.ts';

/** How a cloud that serves Anthropic's models wants their requests. */
export type HostedAnthropic = Pick<Quirk, 'name' | 'source'> & {
  /** `anthropic_version`, which stands in the body. */
  readonly version: string;
  /** Fields that stand elsewhere, such as in the path, and are refused in the body of a chat. */
  readonly drops: readonly string[];
};

const chatOnly: readonly Operation[] = ['chat'];

/** Anthropic's request as clouds want it. */
export const anthropicInBody = ({ name, source, version, drops }: HostedAnthropic): Quirk => ({
  name,
  source,
  only: chatOnly,
  apply(body) {
    const rest = drops.reduce(dropField, body);
    return Object.hasOwn(rest, 'anthropic_version') ? rest : { ...rest, anthropic_version: version };
  },
});

/** The list with what `edit` changed; the list itself when that is nothing. */
function mapped<T>(list: readonly T[], edit: (item: T) => T): readonly T[] {
  const edited = list.map(edit);
  return edited.some((item, index) => item !== list[index]) ? edited : list;
}

/** Gemini's calls and their results are matched by name and order here; their ids are refused as unknown fields. */
export const withoutCallIds: Quirk = {
  name: 'calls and their results have no ids',
  source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/function-calling#functioncall',
  apply(body) {
    const { contents } = body;
    if (!Array.isArray(contents)) return body;
    const edited = mapped<unknown>(contents, withoutIdsIn);
    return edited === contents ? body : { ...body, contents: edited };
  },
};

function withoutIdsIn(content: unknown): unknown {
  if (!isObject(content)) return content;
  const parts = listAt(content, 'parts');
  const edited = mapped<unknown>(parts, (part) => (isObject(part) ? callFields.reduce(withoutId, part) : part));
  return edited === parts ? content : { ...content, parts: edited };
}

const callFields = ['functionCall', 'functionResponse', 'function_call', 'function_response'] as const;

function withoutId(part: Fields, field: string): Fields {
  const call = part[field];
  return isObject(call) && Object.hasOwn(call, 'id') ? { ...part, [field]: dropField(call, 'id') } : part;
}

type Fields = Readonly<Record<string, unknown>>;
