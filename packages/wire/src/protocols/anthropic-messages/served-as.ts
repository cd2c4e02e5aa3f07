import { addUp, beyond, readGeo, readTier, type ServedAs, type ServedPart, tiersFor } from '../../ir/served-as.ts';
import type { Usage } from '../../ir/usage.ts';
import { isObject, objectsAt, textAt } from '../../json/fields.ts';
import type { JsonObject } from '../../protocol.ts';
import { readMessagesUsage } from './usage.ts';

type Raw = Readonly<Record<string, unknown>>;

/**
 * How Anthropic's usage object says that a message was served. Fast mode is told by its speed, the other tiers by name.
 * https://platform.claude.com/docs/en/build-with-claude/fast-mode
 * https://platform.claude.com/docs/en/manage-claude/data-residency
 */
export function readMessagesServedAs(raw: Raw): ServedAs | undefined {
  const tier = readTier(raw['speed']) ?? readTier(raw['service_tier']);
  const geo = readGeo(raw['inference_geo']);
  const parts = isObject(raw) ? partsOf(raw) : undefined;
  return tier === undefined && geo === undefined && parts === undefined ? undefined : { tier, geo, parts };
}

type Iteration = { readonly type: string | undefined; readonly model: string | undefined; readonly usage: Usage };

/**
 * The iterations of an answer, each of which is billed by itself: what the usage beside them sums up is the turns of the
 * model that answered, without compactions, advisors, and models that declined.
 *
 * - A `message` is a turn of the model asked for; after a fallback, of the model that took over.
 * - A `fallback_message` is an attempt of a fallback model. An attempt before it that had said nothing is not billed; one
 *   that declined in the middle is.
 * - A `compaction` is done by the model asked for, an `advisor_message` by the model it names.
 *
 * https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
 * https://platform.claude.com/docs/en/build-with-claude/compaction-threshold
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
 */
function partsOf(raw: JsonObject): readonly ServedPart[] | undefined {
  const iterations = objectsAt(raw, 'iterations').flatMap(readIteration);
  if (iterations.length === 0) return undefined;
  const lastFallback = iterations.findLastIndex(({ type }) => type === 'fallback_message');
  const firstFallback = iterations.findIndex(({ type }) => type === 'fallback_message');
  const parts: ServedPart[] = [];
  const summed: Usage[] = [];
  for (const [index, { type, model, usage }] of iterations.entries()) {
    const isTurn = type !== 'compaction' && type !== 'advisor_message';
    const declined = isTurn && index < lastFallback;
    if (declined && (usage.outputText ?? 0) === 0) continue;
    if (isTurn && !declined) summed.push(usage);
    const byAnother = type === 'advisor_message' || (isTurn && firstFallback >= 0 && index >= firstFallback);
    parts.push(byAnother ? { usage, model } : { usage });
  }
  const total = readMessagesUsage(raw);
  // Searches, and anything that an iteration does not tell.
  const rest = total && beyond(total, addUp(summed));
  if (rest) parts.push({ usage: rest });
  const says = parts.length - (rest ? 1 : 0);
  return says === 1 && summed.length === 1 && firstFallback < 0 ? undefined : parts;
}

function readIteration(json: JsonObject): readonly Iteration[] {
  const usage = readMessagesUsage(json);
  return usage ? [{ type: textAt(json, 'type'), model: textAt(json, 'model'), usage }] : [];
}

/** Nobody gets Anthropic's fast mode who does not ask for it. */
export function messagesTiersFor(asked: string | undefined): readonly string[] | undefined {
  if (asked === 'standard') return tiersFor(asked);
  return asked === 'fast' ? ['fast', 'priority', 'standard'] : ['priority', 'standard'];
}
