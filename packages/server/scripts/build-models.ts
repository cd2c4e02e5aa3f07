import type { CatalogueFacts } from '../src/data/models.ts';
import type { CatalogueLine } from '../src/data/listed-model.ts';
import { vendors } from '../src/data/vendors.ts';
import { retiresOn } from './lifecycle.ts';
import { besideTheCatalogue } from './catalogue.ts';

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

/** Who says when a model of theirs goes. */
const ownersOwn: ReadonlySet<string> = new Set(['openai', 'anthropic', 'google']);

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

/** The text of `models.json`. */
export function modelsText(lines: readonly CatalogueLine[]): string {
  const models: Record<string, CatalogueFacts> = {};
  for (const vendor of vendors) {
    for (const line of lines) {
      if (line.provider !== vendor || line.model in models) continue;
      const { name, family, context, maxOutput, in: input, out, reasoning, tools, structured } = line;
      const operations = operationsOf(line);
      const retires = ownersOwn.has(vendor) ? retiresOn(line.model) : undefined;
      models[line.model] = {
        ...(name !== undefined && name !== line.model ? { name } : {}),
        ...(family !== undefined ? { family } : {}),
        released: line.released,
        ...(retires !== undefined ? { retires } : {}),
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
  for (const { model, operations, at } of besideTheCatalogue) {
    const retires = retiresOn(model);
    models[model] ??= { released: at, ...(retires !== undefined && { retires }), operations };
  }

  // What is undefined is left out by `JSON.stringify`.
  const rows = Object.entries(models)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, facts]) => `${JSON.stringify(name)}:${JSON.stringify(facts)}`);
  return `{\n${rows.join(',\n')}\n}\n`;
}
