import { isList, isObject } from '@tollgate/wire/json/fields';
import type { Json, JsonObject, NamedResource } from '@tollgate/wire/protocol';
import { isVendorsSkill } from '@tollgate/wire/protocols/anthropic-messages/resources';
import { isPublicSkill } from '@tollgate/wire/protocols/openai-responses/resources';

/** Keys that name something of an account's, or several things: by their ids, or as objects that have one (`multiagent.agents`). */
const naming = /(?:^|_)(?:agent|environment|container|conversation|template|vault)s?$|_ids?$/;

/** Ids of what is nobody's: of calls within a conversation, of parts of the thing itself, of applications elsewhere. */
const harmless: ReadonlySet<string> = new Set([
  'call_id',
  'approval_request_id',
  'client_id',
  'custom_id',
  'external_id',
  'part_ids',
  'tenant_id',
  'tool_use_id',
  'user_id',
]);

/** What a client writes down for itself, or says of how functions are called. */
const ownWords: ReadonlySet<string> = new Set([
  'metadata',
  'attributes',
  'filters',
  'parameters',
  'input_schema',
  'schema',
]);

/** What a body names of its account's, however deep. What is not known by its key is passed on, and is no id to the vendor either. */
export function namedThings(json: JsonObject): readonly NamedResource[] {
  const found: NamedResource[] = [];
  const note = (value: Json, param: string): void => {
    if (typeof value === 'string' && !isPublicSkill(value, param)) found.push({ id: value, param });
  };
  const walk = (value: Json, param: string): void => {
    if (isList(value)) {
      for (const [index, one] of value.entries()) walk(one, `${param}[${index}]`);
      return;
    }
    if (!isObject(value)) return;
    for (const [key, one] of Object.entries(value)) {
      if (ownWords.has(key) || (key === 'skill_id' && isVendorsSkill(value))) continue;
      const path = param === '' ? key : `${param}.${key}`;
      if (naming.test(key) && !harmless.has(key))
        for (const named of isList(one) ? one : [one]) {
          if (isObject(named)) note(named['id'] ?? null, `${path}.id`);
          else note(named, path);
        }
      walk(one, path);
    }
  };
  walk(json, '');
  return found;
}
