import type { Operation } from '@tollgate/wire/protocol';
import { placeKey, type Carried } from '../../providers/auth.ts';
import { pathFor, type PathTarget } from '../../providers/path.ts';
import { placedByRoute, routeFor } from '../../providers/routes.ts';
import type { EndpointFacts } from '../call.ts';
import type { Candidate } from '../request-context.ts';

/** What an endpoint's candidates are asked for, in its own protocol and in others. */
export type Asked = Pick<EndpointFacts, 'operation' | 'protocol'> & {
  readonly translation?: { readonly operation: EndpointFacts['operation'] };
};

type Plan = Pick<Candidate, 'mode' | 'dialect' | 'upstreamModel' | 'traits'>;
type Settings = Readonly<Record<string, unknown>>;

/** Where a dialect is asked; undefined when it has no such operation for this model. */
export function pathOf(endpoint: Asked, settings: Settings, plan: Plan, stream: boolean): string | undefined {
  const operation = operationOf(endpoint, plan);
  return operation && pathFor(plan.dialect, operation, targetOf(endpoint, settings, plan, stream));
}

/** How a dialect, or the channel's own rules, place the key on a call; undefined where they leave it to the provider, as nearly everywhere. */
export function placedOf(
  endpoint: Asked,
  settings: Settings,
  plan: Plan,
  credential: Readonly<Record<string, string>>,
): Carried | undefined {
  if (plan.dialect.auth) return placeKey(plan.dialect.auth, credential);
  if (!plan.dialect.routed) return undefined;
  const operation = operationOf(endpoint, plan);
  const route = operation && routeFor(plan.dialect.protocol, operation, targetOf(endpoint, settings, plan, false));
  return route && placedByRoute(route, credential);
}

const operationOf = (endpoint: Asked, { mode }: Plan): Operation | undefined =>
  mode === 'translate' ? endpoint.translation?.operation : endpoint.operation;

const targetOf = (
  { protocol }: Asked,
  settings: Settings,
  { upstreamModel, traits }: Plan,
  stream: boolean,
): PathTarget => ({ model: upstreamModel, settings, stream, traits, client: protocol });
