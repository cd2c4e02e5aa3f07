/**
 * Makes `models.json` from the catalogue that `prices.json` is made from:
 *
 *     bun packages/server/scripts/build-models.ts CATALOGUE.jsonl > packages/server/src/data/models.json
 */
import type { CatalogueFacts } from '../src/data/models.ts';
import type { CatalogueLine } from '../src/data/listed-model.ts';
import { vendors } from '../src/data/vendors.ts';
import { besideTheCatalogue, readCatalogue } from './catalogue.ts';

/** Google's models that speak or paint are asked as those that chat are. */
const asksAllAlike: ReadonlySet<string> = new Set(['google', 'google-vertex']);

/** Whose models run nowhere but there; open weights may be asked for more on a server of one's own. */
const closed: ReadonlySet<string> = new Set([
  'openai',
  'anthropic',
  'google',
  'xai',
  'perplexity',
  'google-vertex',
  'amazon-bedrock',
]);

/** What can be asked of a model, where it is plain; undefined for any other. */
function operationsOf({ provider, model, family = '', in: input = [], out = [] }: CatalogueLine): string[] | undefined {
  const named = (words: RegExp): boolean => words.test(model) || words.test(family);
  if (named(/embed/i)) return ['embeddings'];
  if (named(/rerank/i)) return ['rerank'];
  if (named(/whisper/i)) return ['transcriptions'];
  if (asksAllAlike.has(provider) && !out.includes('text')) return undefined;
  if (family === 'gpt-image') return ['images'];
  if (out.join() === 'text' && closed.has(provider) && !input.includes('audio') && !named(/instruct|gemma/i))
    return ['chat'];
  if (out.length === 0 || out.includes('text')) return undefined;
  return out.includes('video') ? ['videos'] : out.includes('image') ? ['images'] : ['speech'];
}

const [catalogue] = process.argv.slice(2);
if (catalogue === undefined) throw new Error('usage: build-models.ts CATALOGUE.jsonl');
const lines = readCatalogue(catalogue);

const models: Record<string, CatalogueFacts> = {};
for (const vendor of vendors) {
  for (const line of lines) {
    if (line.provider !== vendor || line.model in models) continue;
    const { context, maxOutput, in: input, out, reasoning, tools, structured } = line;
    const operations = operationsOf(line);
    models[line.model] = {
      ...(context > 0 ? { context } : {}),
      ...(maxOutput > 0 ? { max: maxOutput } : {}),
      ...(input?.length ? { in: input.toSorted() } : {}),
      ...(out?.length ? { out: out.toSorted() } : {}),
      reasoning,
      tools,
      structured,
      ...(operations ? { operations } : {}),
    };
  }
}
for (const { model, operations } of besideTheCatalogue) models[model] ??= { operations };

// What is undefined is left out by `JSON.stringify`.
const rows = Object.entries(models)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, facts]) => `${JSON.stringify(name)}:${JSON.stringify(facts)}`);
process.stdout.write(`{\n${rows.join(',\n')}\n}\n`);
