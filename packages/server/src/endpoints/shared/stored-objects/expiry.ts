import { textAt } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';

/** Until when a vendor keeps something, in ms since the epoch, as Google tells it; undefined where it does not. */
export function expiryOf(told: JsonObject): number | undefined {
  const at = Date.parse(textAt(told, 'expirationTime') ?? textAt(told, 'expireTime') ?? '');
  return Number.isNaN(at) ? undefined : at;
}
