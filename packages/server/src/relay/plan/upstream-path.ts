import { pathFor } from '../../providers/path.ts';
import type { EndpointFacts } from '../call.ts';
import type { Candidate } from '../request-context.ts';

/** What an endpoint's candidates are asked for, in its own protocol and in others. */
export type Asked = Pick<EndpointFacts, 'operation'> & {
  readonly translation?: { readonly operation: EndpointFacts['operation'] };
};

/** Where a dialect is asked; undefined when it has no such operation for this model. */
export function pathOf(
  endpoint: Asked,
  settings: Readonly<Record<string, unknown>>,
  plan: Pick<Candidate, 'mode' | 'dialect' | 'upstreamModel' | 'traits'>,
  stream: boolean,
): string | undefined {
  const operation = plan.mode === 'translate' ? endpoint.translation?.operation : endpoint.operation;
  if (operation === undefined) return undefined;
  return pathFor(plan.dialect, operation, {
    model: plan.upstreamModel,
    settings,
    stream,
    traits: plan.traits,
  });
}
