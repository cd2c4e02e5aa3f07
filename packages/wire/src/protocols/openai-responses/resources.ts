import { at, isObject, listAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject, NamedResource } from '../../protocol.ts';
import { collectResources, noteNames, noteOuter, notePart, noteParts, noteTools, type Note } from '../resources.ts';

/** Whether a name is of a skill of OpenAI's own, which every account has; `param` is where it stands. */
export const isPublicSkill = (id: string, param: string): boolean =>
  id.startsWith('openai-') && param.endsWith('skill_id');

/** What of its account's a Responses request names, beside answers and items: those are in item-references.ts. */
export const readResponsesResources = (json: JsonObject): readonly NamedResource[] =>
  collectResources((noteAny) => {
    const note: Note = (id, param, strange) => {
      if (!isPublicSkill(id, param)) noteAny(id, param, strange);
    };
    for (const [index, item] of listAt(json, 'input').entries())
      if (isObject(item)) noteItem(item, `input[${index}]`, note);
    noteTools(at(json, 'tools'), 'tools', note);
    noteOuter(json, note);
    const prompt = objectAt(json, 'prompt');
    if (!prompt) return;
    noteNames(at(prompt, 'id'), 'prompt.id', note);
    for (const [name, value] of Object.entries(objectAt(prompt, 'variables') ?? {}))
      notePart(value, `prompt.variables.${name}`, note);
  });

function noteItem(item: JsonObject, param: string, note: Note): void {
  noteParts(at(item, 'content'), `${param}.content`, note);
  const output = objectAt(item, 'output');
  if (output) notePart(output, `${param}.output`, note);
  else noteParts(at(item, 'output'), `${param}.output`, note);
  const environment = objectAt(item, 'environment');
  if (environment) noteTools(environment, `${param}.environment`, note);
  // Tools that come with the conversation.
  if (at(item, 'tools') !== undefined && textAt(item, 'type') !== 'mcp_list_tools')
    noteTools(at(item, 'tools'), `${param}.tools`, note);
}

/** Containers that an answer's tools ran in, which a later request may name. */
export const responseResourceIdsOf = (response: JsonObject): readonly string[] =>
  objectsAt(response, 'output').flatMap(
    (item) => textAt(item, 'container_id') ?? textAt(objectAt(item, 'environment') ?? {}, 'container_id') ?? [],
  );
