import { isObject, listAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';

/** Whether a request of Chat or Responses offers tools of free text (`custom`), which vendors other than OpenAI do not know. */
export const offersFreeText = (json: JsonObject): boolean =>
  listAt(json, 'tools').some((tool) => isObject(tool) && tool['type'] === 'custom');
