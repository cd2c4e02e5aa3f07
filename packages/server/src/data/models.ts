import { modelOperations } from '@tollgate/contract/model-operations';
import type { FactsOf } from '../domain/served-model.ts';
import json from './models.json' with { type: 'json' };

/** What the catalogue says of a model; made by `packages/server/scripts/build-catalogue.ts`. */
export type CatalogueFacts = {
  /** For people, where it is another than its id. */
  readonly name?: string;
  readonly family?: string;
  /** When it came out, as an ISO date or the month of one. */
  readonly released: string;
  /** When its maker stops serving it, as an ISO date, where that was said. */
  readonly retires?: string;
  readonly context?: number;
  readonly max?: number;
  readonly in?: readonly string[];
  readonly out?: readonly string[];
  /** Left out where nobody says. */
  readonly reasoning?: boolean | undefined;
  readonly tools?: boolean | undefined;
  readonly structured?: boolean | undefined;
  /** What can be asked of it, where that is plain; also by words for what cannot be asked here (yet). */
  readonly operations?: readonly string[];
};

const catalogue: ReadonlyMap<string, CatalogueFacts> = new Map(Object.entries<CatalogueFacts>(json));

const modalities = ['text', 'image', 'audio', 'video', 'pdf'] as const;

/** The words of a list that are known. */
const among = <T extends string>(known: readonly T[], words: readonly string[] | undefined): readonly T[] | undefined =>
  words && known.filter((word) => words.includes(word));

/** What Tollgate knows of models, beside what their names tell; undefined for one that is not in its catalogue. */
export const modelFacts: FactsOf = (name) => {
  const facts = catalogue.get(name);
  return (
    facts && {
      displayName: facts.name,
      retiresOn: facts.retires,
      contextTokens: facts.context,
      maxOutputTokens: facts.max,
      input: among(modalities, facts.in),
      output: among(modalities, facts.out),
      can: { reasoning: facts.reasoning, tools: facts.tools, structuredOutput: facts.structured },
      operations: among(modelOperations, facts.operations),
    }
  );
};
