import { at, isList, isObject, listAt, textAt } from '../../json/fields.ts';
import type { Json, JsonObject, References } from '../../protocol.ts';
import { collectResources, noteAddress, noteNames, noteTools, type Note } from '../resources.ts';

/** Of retrieval tools, in small letters and without underscores. */
const retrievalKeys: ReadonlySet<string> = new Set([
  'datastores',
  'engine',
  'filesearchstorenames',
  'ragcorpus',
  'ragfileids',
  'credential',
]);

/** Of what an environment is made of: what the account keeps for it. */
const environmentKeys: ReadonlySet<string> = new Set(['environmentid', 'credential']);

/** What a request leans on at its account: an interaction before it, files, environments; undefined when it is nothing. */
export function readInteractionsReferences(json: JsonObject): References | undefined {
  const response = textAt(json, 'previous_interaction_id');
  const resources = collectResources((note) => {
    noteNames(at(json, 'cached_content'), 'cached_content', note);
    noteEnvironment(at(json, 'environment'), note);
    noteInput(at(json, 'input'), 'input', note);
    noteTools(at(json, 'tools'), 'tools', note, retrievalKeys);
  });
  return response === undefined && resources.length === 0 ? undefined : { response, items: [], hollow: [], resources };
}

/** What asks for a new environment, and names none. https://ai.google.dev/gemini-api/docs/agent-environment */
const newEnvironment = 'remote';

function noteEnvironment(environment: Json | undefined, note: Note): void {
  if (environment === newEnvironment) return;
  if (typeof environment === 'string') return note(environment, 'environment');
  if (!isObject(environment)) return;
  noteTools(environment, 'environment', note, environmentKeys);
  for (const [index, source] of listAt(environment, 'sources').entries())
    if (isObject(source)) noteAddress(at(source, 'source'), `environment.sources[${index}].source`, note);
}

/** Media that are named by their address, in content, in steps and in results of functions. */
function noteInput(input: Json | undefined, param: string, note: Note): void {
  if (isList(input)) for (const [index, one] of input.entries()) noteInput(one, `${param}[${index}]`, note);
  else if (isObject(input)) {
    noteAddress(at(input, 'uri'), `${param}.uri`, note);
    noteInput(at(input, 'content'), `${param}.content`, note);
    if (isList(at(input, 'result'))) noteInput(at(input, 'result'), `${param}.result`, note);
  }
}
