import { claude } from './claude.ts';
import { deepseek } from './deepseek.ts';
import type { Family } from './family.ts';
import { gemini } from './gemini.ts';
import { gpt, gptOss, openaiFacts } from './gpt.ts';
import { grok } from './grok.ts';
import { nova } from './nova.ts';
import { glm, kimi, mistral, qwen, takeSchemas } from './others.ts';
import { unknownModel, type ModelTraits } from './traits.ts';

/** Every family; the first that knows a name has it. */
const families: readonly Family[] = [claude, gemini, nova, gptOss, gpt, deepseek, grok, kimi, mistral, glm, qwen];

/**
 * What a model's name tells of it. The last resort: to be asked when the configuration is read, not with each request.
 * `resold` is told by the name, unless another one is sent upstream.
 */
export function traitsByName(model: string, resold: boolean = model.includes('/')): ModelTraits {
  const whole = model.toLowerCase();
  const bare = whole.slice(whole.lastIndexOf('/') + 1);
  const name = { whole, bare, resold };
  let own: Partial<ModelTraits> | undefined;
  for (const family of families) if ((own = family.read(name))) break;
  return {
    ...unknownModel,
    resold,
    searches: bare.includes('search'),
    schemas: takeSchemas.test(whole) ? true : undefined,
    ...openaiFacts(name),
    ...own,
  };
}
