import type { Reasoning } from '@tollgate/wire/ir/request';
import { traitsByName } from '@tollgate/wire/models/by-name';
import { readModelSuffix, type SuffixFamily } from '@tollgate/wire/models/suffix';
import { undatedNames } from '@tollgate/wire/models/undated';
import type { Operation } from '@tollgate/wire/protocol';
import type { ModelTraits } from '@tollgate/wire/models/traits';
import type { ModelMapping } from './configuration.ts';

/** What is sent upstream for a model, and what is known of that. */
export type UpstreamModel = {
  /** The upstream's own name of the model. */
  readonly upstream: string;
  /** The model that it is, where the channel says so; its price and limits are looked up by that name too. */
  readonly baseModel: string | undefined;
  /** What can be asked of it, where the channel says so. */
  readonly operations: readonly Operation[] | undefined;
  readonly traits: ModelTraits;
  /** Other names of the upstream's model, the nearest first: without its date. Its price and limits are looked up by them last. */
  readonly undated: readonly string[];
  /** How much to reason, as the end of a name says. */
  readonly reasoning: Reasoning | undefined;
};

/** A model as a channel serves it, worked out when the configuration is read. */
export type ServedModel = UpstreamModel & {
  /** The same where the ends of its family's names are understood: without the end, and with what it asks for. */
  readonly suffixed: (UpstreamModel & { readonly family: SuffixFamily }) | undefined;
};

/** What a catalogue knows of a model by its name, beside what the name itself tells. */
export type FactsOf = (
  name: string,
) =>
  | Partial<
      Pick<
        ModelTraits,
        'displayName' | 'retiresOn' | 'contextTokens' | 'maxOutputTokens' | 'input' | 'output' | 'can' | 'operations'
      >
    >
  | undefined;

const noFacts: FactsOf = () => undefined;

/**
 * Works out what a channel serves under a name. `baseModel` is the model that it is, where somebody said so; `suffixes` is
 * the family of the vendor's models whose names may end in how much to reason.
 */
export function serveModel(
  mapping: ModelMapping,
  { suffixes }: { readonly suffixes?: SuffixFamily | undefined },
  factsOf: FactsOf = noFacts,
): ServedModel {
  const { upstream, baseModel, operations } = mapping;
  const said = { baseModel, operations };
  const plain = {
    ...said,
    upstream,
    undated: undatedNames(upstream),
    traits: traitsOf(upstream, mapping, factsOf),
    reasoning: undefined,
  };
  const read = suffixes && readModelSuffix(upstream);
  if (read?.family !== suffixes || !read) return { ...plain, suffixed: undefined };
  const { family, model, reasoning } = read;
  return {
    ...plain,
    suffixed: {
      ...said,
      family,
      upstream: model,
      undated: undatedNames(model),
      traits: traitsOf(model, mapping, factsOf),
      reasoning,
    },
  };
}

function traitsOf(upstream: string, { name, baseModel }: ModelMapping, factsOf: FactsOf): ModelTraits {
  // Who serves it is told by the upstream's name all the same.
  if (baseModel !== undefined) return knownByName(baseModel, factsOf, upstream.includes('/'));
  const traits = knownByName(upstream, factsOf);
  // The ARN of an inference profile of one's own does not tell the model; the name that clients know it by may.
  return traits.family === undefined && upstream.startsWith('arn:') ? knownByName(name, factsOf) : traits;
}

/** What is known of a name without its date. */
function undatedFacts(name: string, factsOf: FactsOf): ReturnType<FactsOf> {
  for (const other of undatedNames(name)) {
    const facts = factsOf(other);
    if (facts) return facts;
  }
  return undefined;
}

/** What was told of a name, by who told it. */
const known = new WeakMap<FactsOf, Map<string, ModelTraits>>();
const mostKnown = 20_000;

/** Names are looked at once: thousands of channels serve the same models. What the catalogue tells goes over the name. */
function knownByName(name: string, factsOf: FactsOf, resold = name.includes('/')): ModelTraits {
  let told = known.get(factsOf);
  if (!told) known.set(factsOf, (told = new Map<string, ModelTraits>()));
  const key = `${resold ? 'resold' : 'own'} ${name}`;
  let traits = told.get(key);
  if (traits) return traits;
  if (told.size >= mostKnown) told.clear();
  traits = Object.freeze({ ...traitsByName(name, resold), ...(factsOf(name) ?? undatedFacts(name, factsOf)) });
  told.set(key, traits);
  return traits;
}

/** What is known of a model that a channel served under this upstream name; the channel may serve it no more. */
export function traitsServed(models: ReadonlyMap<string, ServedModel>, upstream: string): ModelTraits {
  for (const { upstream: own, traits, suffixed } of models.values()) {
    if (own === upstream) return traits;
    if (suffixed?.upstream === upstream) return suffixed.traits;
  }
  return knownByName(upstream, noFacts);
}
