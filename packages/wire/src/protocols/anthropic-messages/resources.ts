import { at, isList, isObject, listAt, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, NamedResource } from '../../protocol.ts';
import { collectResources, noteAddress, noteNames, noteOuter, noteTools, type Note } from '../resources.ts';

/** What of its account's a Messages request names. */
export const readMessagesResources = (json: JsonObject): readonly NamedResource[] =>
  collectResources((note) => {
    noteBlocks(at(json, 'system'), 'system', note);
    for (const [index, message] of listAt(json, 'messages').entries())
      if (isObject(message)) noteBlocks(at(message, 'content'), `messages[${index}].content`, note);
    noteTools(at(json, 'tools'), 'tools', note);
    noteOuter(json, note);
    for (const skill of objectsAt(objectAt(json, 'container') ?? {}, 'skills'))
      if (!isVendorsSkill(skill)) noteNames(at(skill, 'skill_id'), 'container.skills', note);
  });

/** Skills of Anthropic's own are everybody's. */
export const isVendorsSkill = (skill: JsonObject): boolean => textAt(skill, 'type') === 'anthropic';

function noteBlocks(content: Json | undefined, param: string, note: Note): void {
  if (!isList(content)) return;
  for (const [index, block] of content.entries()) {
    if (!isObject(block)) continue;
    const path = `${param}[${index}]`;
    noteNames(at(block, 'file_id'), `${path}.file_id`, note);
    const source = objectAt(block, 'source');
    if (source) {
      noteNames(at(source, 'file_id'), `${path}.source.file_id`, note);
      noteAddress(at(source, 'url'), `${path}.source.url`, note);
      noteBlocks(at(source, 'content'), `${path}.source.content`, note);
    }
    // What a server's tool found is an answer's own; a client's results may hold files.
    if (textAt(block, 'type') === 'tool_result') noteBlocks(at(block, 'content'), `${path}.content`, note);
  }
}

/** The container of an answer, or of an event of its stream, which a later request may name; undefined when it has none. */
export function messageResourceIdsOf(json: JsonObject | undefined): readonly string[] | undefined {
  const container = json && objectAt(json, 'container');
  const id = container && textAt(container, 'id');
  return id === undefined ? undefined : [id];
}
