import type { RequestTarget } from '../../ir/codec.ts';
import { traitsByName } from '../by-name.ts';
import type { ModelTraits } from '../traits.ts';

/** A model to write a request for, of which nothing is known but its name, and what is told beside it. */
export const named = (model: string, more: Partial<ModelTraits> = {}): RequestTarget => ({
  model,
  traits: { ...traitsByName(model), ...more },
});
