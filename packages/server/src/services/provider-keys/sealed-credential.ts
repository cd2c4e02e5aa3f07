import { z } from 'zod';
import { providerKeyContext } from '../secret-box/contexts.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';

const valuesSchema = z.record(z.string(), z.string());

export const sealProviderKeyCredential = (
  secretBox: SecretBox,
  id: string,
  values: Readonly<Record<string, string>>,
): string => secretBox.seal(JSON.stringify(values), providerKeyContext(id));

/** Throws a SecretBoxError when it does not open. */
export const openProviderKeyCredential = (
  secretBox: SecretBox,
  { id, sealed }: { readonly id: string; readonly sealed: string },
): Readonly<Record<string, string>> => valuesSchema.parse(JSON.parse(secretBox.open(sealed, providerKeyContext(id))));
