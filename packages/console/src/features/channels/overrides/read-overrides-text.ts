import { overridesInputSchema, overridesSchema, type OverridesInput } from '@tollgate/contract/api/overrides';
import type { z } from 'zod';
import type { Json } from '../../../lib/changes.ts';

export type Sent = z.input<typeof overridesInputSchema>;

type ReadText = {
  /** What the gateway is asked about: any object, so that it tells what is wrong in it. Undefined where the text is none. */
  readonly asked: Readonly<Record<string, Json>> | undefined;
  /** What can be saved; also overrides as other gateways write them. */
  readonly sent: Sent | undefined;
  /** What the form can show. */
  readonly overrides: OverridesInput | undefined;
};

/** Overrides as they were typed. */
export function readOverridesText(text: string): ReadText {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    read = undefined;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    return { asked: undefined, sent: undefined, overrides: undefined };
  const sent = overridesInputSchema.safeParse(read);
  const overrides = overridesSchema.safeParse(read);
  return {
    asked: read as Readonly<Record<string, Json>>,
    sent: sent.success ? sent.data : undefined,
    overrides: overrides.success ? overrides.data : undefined,
  };
}
