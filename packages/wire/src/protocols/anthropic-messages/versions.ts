import { at, isList, isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { Invalid, JsonObject } from '../../protocol.ts';

/** The header in which clients say by which version of the protocol they speak. */
export const versionHeader = 'anthropic-version';

/** From this version on requests may say less; dates are versions, and later ones say no more. */
const stricter = '2026-10-21';

const sampling = ['temperature', 'top_p', 'top_k'] as const;

/**
 * What a request says that its version of the protocol refuses, whoever is to serve it. The newer version takes no sampling
 * parameters (not even with their defaults), no documents from the assistant, and no citations on the user's own text.
 * https://platform.claude.com/docs/en/api/versioning
 */
export function versionFault(json: JsonObject, version: string | undefined): Invalid | undefined {
  if (version === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(version) || version < stricter) return undefined;
  for (const param of sampling)
    if (at(json, param) !== undefined && at(json, param) !== null)
      return { invalid: `${param}: Extra inputs are not permitted by version ${version}.`, param };
  for (const [i, message] of objectsAt(json, 'messages').entries()) {
    const role = textAt(message, 'role');
    const content = at(message, 'content');
    if (!isList(content)) continue;
    for (const [j, block] of content.entries()) {
      const param = `messages.${i}.content.${j}`;
      if (!isObject(block)) continue;
      const type = textAt(block, 'type');
      if (role === 'assistant' && type === 'document')
        return { invalid: `${param}: documents of the assistant are not permitted by version ${version}.`, param };
      const citations = at(block, 'citations');
      if (role === 'user' && type === 'text' && isList(citations) && citations.length > 0)
        return { invalid: `${param}.citations: citations of the user are not permitted by version ${version}.`, param };
    }
  }
  return undefined;
}
