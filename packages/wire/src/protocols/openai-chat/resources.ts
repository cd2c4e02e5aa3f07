import { at, isList, isObject, listAt, objectAt, textAt, textsAt } from '../../json/fields.ts';
import type { JsonObject, NamedResource } from '../../protocol.ts';
import { collectResources, noteNames, noteOuter, noteParts, noteTools } from '../resources.ts';

/** How Qwen's models are given files of the account: as the text of a system message. */
const fileText = 'fileid://';

/** What of its account's a chat request names. */
export const readChatResources = (json: JsonObject): readonly NamedResource[] =>
  collectResources((note) => {
    for (const [index, message] of listAt(json, 'messages').entries()) {
      if (!isObject(message)) continue;
      const param = `messages[${index}]`;
      const content = at(message, 'content');
      if (typeof content === 'string') {
        if (content.startsWith(fileText)) note(content, `${param}.content`);
      } else noteParts(content, `${param}.content`, note);
      // An answer's sound, in place of the answer: https://platform.openai.com/docs/guides/audio
      const audio = objectAt(message, 'audio');
      if (audio) noteNames(at(audio, 'id'), `${param}.audio.id`, note);
    }
    noteTools(at(json, 'tools'), 'tools', note);
    noteOuter(json, note, ['previous_response_id', 'conversation', 'conversation_id', 'thread_id']);
  });

/** The sounds of a whole answer, by which a later request may name them; undefined where there are none. */
export function chatResourceIdsOf(body: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const { choices } = body;
  if (!isList(choices)) return undefined;
  const ids = choices.flatMap((choice) => {
    const message = isObject(choice) ? objectAt(choice, 'message') : undefined;
    return (message && textAt(objectAt(message, 'audio') ?? {}, 'id')) ?? [];
  });
  return ids.length === 0 ? undefined : ids;
}

const streamedSound = /"audio"\s*:\s*\{\s*"id"\s*:\s*"([^"\\]{1,200})"/;

/** The sound whose first piece stands in these frames of a stream. */
export const streamedResourceIdIn = (frames: string): string | undefined => streamedSound.exec(frames)?.[1];

/** Whether a request wants sound. */
export const wantsSound = (json: JsonObject): boolean => textsAt(json, 'modalities').includes('audio');
