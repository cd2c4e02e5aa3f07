import { hookIn } from '@tollgate/wire/ir/videos';
import { isList, isObject } from '@tollgate/wire/json/fields';
import type { Invalid, Json, JsonObject } from '@tollgate/wire/protocol';
import { canonicalAddress } from '../../domain/ip-match.ts';
import { isPublicAddress } from '../../domain/public-address.ts';

/**
 * Refuses what names a machine within, wherever it stands in a request for a task: nobody is sent there, and no vendor that is a server of
 * one's own fetches from there for whoever asks. What a public name resolves to is seen when it is fetched.
 */
export const refuseAddresses = (json: JsonObject): Invalid | undefined => refuseHook(json) ?? refuseWithin(json);

/** Refuses to tell of a task at an address that is none, or within; what its name resolves to is seen when it is told. */
function refuseHook(json: JsonObject): Invalid | undefined {
  const hook = hookIn(json);
  if (hook === undefined) return undefined;
  if (hook.length > 2000 || !/^https?:\/\//i.test(hook) || !URL.canParse(hook) || isWithin(hook))
    return { invalid: 'Where you want to be told must be a public http or https address.', param: 'callback_url' };
  return undefined;
}

/** In what words of its client stand, which may speak of any address. */
const spoken: ReadonlySet<string> = new Set([
  'text',
  'negative_prompt',
  'title',
  'tags',
  'gpt_description_prompt',
  'state',
]);

/** Deeper no vendor's protocol is. */
const maxDepth = 8;

function refuseWithin(value: Json, name = '', depth = 0): Invalid | undefined {
  if (typeof value === 'string') return namesWithin(value, name) ? refusal(name) : undefined;
  if (depth > maxDepth) return undefined;
  if (isList(value)) {
    for (const [index, one] of value.entries()) {
      const found = refuseWithin(one, `${name}[${index}]`, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  for (const [key, one] of Object.entries(value)) {
    if (spoken.has(key)) continue;
    const found = refuseWithin(one, name === '' ? key : `${name}.${key}`, depth + 1);
    if (found) return found;
  }
  return undefined;
}

const refusal = (param: string): Invalid => ({
  invalid: 'Pictures, films and sounds are named by public addresses, or sent inline.',
  param,
});

/** Drawings' prompts begin with the addresses of their pictures. */
function namesWithin(text: string, name: string): boolean {
  if (!/^\s{0,20}https?:/i.test(text)) return false;
  if (name !== 'prompt') return isWithin(text.trim());
  for (const word of text.trim().split(/\s+/)) {
    if (!/^https?:/i.test(word)) return false;
    if (isWithin(word)) return true;
  }
  return false;
}

/** Whether an address names a machine of somebody's own network; what its name resolves to is seen when it is fetched. */
function isWithin(address: string): boolean {
  if (!/^https?:/i.test(address)) return false;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url) return true;
  const host = url.hostname.toLowerCase();
  if (host === 'localhost' || /\.(?:localhost|local|internal|home\.arpa)$/.test(host)) return true;
  return canonicalAddress(host) !== undefined && !isPublicAddress(host);
}
