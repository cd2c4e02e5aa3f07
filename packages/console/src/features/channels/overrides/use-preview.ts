import { useOperation, type Input } from '../../../lib/operations.ts';
import type { Json } from '../../../lib/changes.ts';
import { useSettled } from '../../../lib/use-settled.ts';

/** The request that is looked at; an empty body is a small one of the gateway's own. */
export type Sample = { readonly model: string; readonly stream: boolean; readonly body: string };

type Asked = NonNullable<Input<'channels.preview'>['body']>;

/** What the sample is, or undefined where its body is no JSON object. */
export function bodyOfSample(text: string): Readonly<Record<string, Json>> | 'empty' | undefined {
  if (text.trim() === '') return 'empty';
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? (read as Record<string, Json>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** How the sample would be sent without these overrides and with them, and what is wrong in them; kept up while one types. */
export function usePreview(channelId: string, overrides: object | undefined, sample: Sample) {
  const body = bodyOfSample(sample.body);
  // Compared as text: the draft makes new objects with each letter.
  const asked = useSettled(
    JSON.stringify({
      ...(overrides !== undefined && { overrides }),
      ...(body !== undefined && body !== 'empty' && { body }),
      ...(sample.model !== '' && { model: sample.model }),
      ...(sample.stream && { stream: true }),
    }),
  );
  return useOperation(
    'channels.preview',
    { params: { id: channelId }, body: JSON.parse(asked) as Asked },
    { keep: true },
  );
}
