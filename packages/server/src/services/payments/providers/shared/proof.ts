import { sameSecret } from '../../../accounts/secret-text.ts';
import { CallbackRefused } from '../../adapter.ts';

/** A callback's signature, compared; throws {@link CallbackRefused}. */
export function assertSigned(given: string | null | undefined, due: string): void {
  if (!sameSecret(given ?? '', due)) throw new CallbackRefused('the signature is wrong');
}

/** A callback's body as JSON of a shape; what is not is refused. */
export function readJson<T>(body: Uint8Array, schema: { readonly safeParse: (value: unknown) => Parsed<T> }): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new CallbackRefused('it is no event, for it is no JSON');
  }
  const result = schema.safeParse(value);
  if (!result.success || result.data === undefined) throw new CallbackRefused('it is no event of this provider');
  return result.data;
}

type Parsed<T> = { readonly success: boolean; readonly data?: T | undefined };
