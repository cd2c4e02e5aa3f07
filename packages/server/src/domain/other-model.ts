import { isSameModel, withoutEdition } from '@tollgate/wire/models/same-model';
import type { Snapshot } from './snapshot.ts';

/** The model that answered where another one was asked. */
export type OtherModel = {
  /** As the answer names it. */
  readonly name: string;
  /** Under which name it has a price; undefined where it has none. */
  readonly pricedAs: string | undefined;
  /** The client named it itself as one that may answer. */
  readonly named: boolean;
};

type AskedModels = {
  /** Names of what was asked upstream, and of the model that it is. */
  readonly sent: readonly (string | undefined)[];
  /** That it says what model it is, to who knows the vendors' names. */
  readonly isKnown: boolean;
  /** Others that the client lets answer. */
  readonly named: readonly string[];
};

/**
 * Whether an answer that names `answered` is one by another model than the one that was asked. Of names that say nothing of a
 * model (a deployment, a name of one's own) nothing is concluded.
 */
export function otherModelOf(
  answered: string | undefined,
  { sent, isKnown, named }: AskedModels,
  models: Snapshot['models'],
): OtherModel | undefined {
  if (answered === undefined || sent.some((name) => name !== undefined && isAnswerOf(name, answered))) return undefined;
  const isNamed = named.some((name) => isAnswerOf(name, answered));
  if (!isNamed && !isKnown) return undefined;
  return { name: answered, pricedAs: pricedName(answered, models), named: isNamed };
}

function pricedName(answered: string, models: Snapshot['models']): string | undefined {
  const own = answered.slice(answered.lastIndexOf('/') + 1);
  return [answered, own, withoutEdition(answered)].find((name) => models.get(name)?.price !== undefined);
}

const verdicts = new Map<string, boolean>();
const mostVerdicts = 5000;

/** Aliases are answered by their dated names in every request, and compared once. */
function isAnswerOf(asked: string, answered: string): boolean {
  if (asked === answered) return true;
  const key = `${asked}\n${answered}`;
  let verdict = verdicts.get(key);
  if (verdict !== undefined) return verdict;
  if (verdicts.size >= mostVerdicts) verdicts.clear();
  verdict = isSameModel(asked, answered);
  verdicts.set(key, verdict);
  return verdict;
}
