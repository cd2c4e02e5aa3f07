import { at, isList, isObject, listAt } from '../../json/fields.ts';
import type { Json, JsonObject, NamedResource } from '../../protocol.ts';
import { collectResources, noteAddress, noteNames, noteTools, type Note } from '../resources.ts';

/** Of retrieval tools, in small letters and without underscores. */
const retrievalKeys: ReadonlySet<string> = new Set([
  'datastore',
  'engine',
  'filesearchstorenames',
  'ragcorpora',
  'ragcorpus',
  'ragfileids',
]);

/** What of its account's a request of Gemini's names. `body` has its keys in camel case, outside. */
export const readGeminiResources = (body: JsonObject): readonly NamedResource[] =>
  collectResources((note) => {
    noteNames(at(body, 'cachedContent'), 'cachedContent', note);
    for (const [index, content] of listAt(body, 'contents').entries()) noteContent(content, `contents[${index}]`, note);
    noteContent(at(body, 'systemInstruction'), 'systemInstruction', note);
    noteContent(at(body, 'content'), 'content', note);
    noteTools(at(body, 'tools'), 'tools', note, retrievalKeys);
  });

function noteContent(content: Json | undefined, param: string, note: Note): void {
  if (isObject(content)) noteParts(at(content, 'parts'), `${param}.parts`, note);
}

function noteParts(parts: Json | undefined, param: string, note: Note): void {
  for (const [index, part] of (isList(parts) ? parts : [parts]).entries()) {
    if (!isObject(part)) continue;
    const path = `${param}[${index}]`;
    // Whichever of two spellings a vendor reads.
    for (const file of [at(part, 'fileData'), at(part, 'file_data')])
      if (isObject(file))
        for (const uri of [at(file, 'fileUri'), at(file, 'file_uri')])
          noteAddress(uri, `${path}.fileData.fileUri`, note);
    for (const response of [at(part, 'functionResponse'), at(part, 'function_response')])
      if (isObject(response)) noteParts(at(response, 'parts'), `${path}.functionResponse.parts`, note);
  }
}

/** What of its account's a request for Imagen's pictures names: buckets to read from and to write to. */
export const readPredictResources = (body: JsonObject): readonly NamedResource[] =>
  collectResources((note) => {
    noteAddresses(at(body, 'instances'), 'instances', note);
    noteAddresses(at(body, 'parameters'), 'parameters', note);
  });

function noteAddresses(json: Json | undefined, param: string, note: Note): void {
  if (isList(json)) for (const [index, one] of json.entries()) noteAddresses(one, `${param}[${index}]`, note);
  else if (isObject(json)) for (const [key, one] of Object.entries(json)) noteAddresses(one, `${param}.${key}`, note);
  else if (!param.endsWith('.prompt')) noteAddress(json, param, note);
}
