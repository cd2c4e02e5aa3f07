import { shorten } from '@tollgate/wire/text';
import type { Reasoning } from '@tollgate/wire/ir/request';
import { readModelSuffix } from '@tollgate/wire/models/suffix';
import type { Stop } from '../../domain/fallbacks.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { UpstreamModel } from '../../domain/served-model.ts';
import type { Channel, KeyRecord } from '../../domain/snapshot.ts';
import type { Inspected } from '../request-context.ts';

/** Who may serve a model: its channels at a stop, the name by which they list it, and what the end of the asked name says. */
type Routes = {
  readonly routes: readonly Channel[];
  readonly model: string;
  readonly reasoning: Reasoning | undefined;
};

/** A name without what its end asks for; undefined where it has no such end, or its family is not known for them here. */
export function withoutSuffix({ snapshot }: Inspected, asked: string): ReturnType<typeof readModelSuffix> {
  const suffixed = readModelSuffix(asked);
  return suffixed && snapshot.settings.relay.modelSuffixes[suffixed.family] ? suffixed : undefined;
}

/**
 * The channels for a model. A name that no channel lists is looked up without what its end asks for, where its family is
 * known for such names: `claude-opus-4-6-high` is `claude-opus-4-6`, thinking hard.
 */
export function routesOf(context: Inspected, key: KeyRecord, asked: string, routed: Stop['routes']): Routes {
  const exact = routed(asked);
  const suffixed = exact.length === 0 ? withoutSuffix(context, asked) : undefined;
  if (!suffixed) return { routes: allowed(key, asked) ? exact : [], model: asked, reasoning: undefined };
  const { model, reasoning } = suffixed;
  const permitted = allowed(key, asked) || allowed(key, model);
  return { routes: permitted ? routed(model) : [], model, reasoning };
}

/** The model as the channel serves it; of a name with such an end, the vendor itself knows only the rest. */
export function servedBy({ snapshot }: Inspected, channel: Channel, model: string): UpstreamModel | undefined {
  const served = channel.models.get(model);
  const suffixed = served?.suffixed;
  return suffixed && snapshot.settings.relay.modelSuffixes[suffixed.family] ? suffixed : served;
}

/** Whether a key may use a model. */
const allowed = (key: KeyRecord, model: string): boolean => key.models === undefined || key.models.has(model);

/** Why a key gets nothing by a name. */
export function modelRefusal(key: KeyRecord, model: string): Refusal {
  if (!allowed(key, model))
    return new Refusal('model_not_allowed', `This API key may not use the model "${shorten(model)}".`, {
      param: 'model',
    });
  return new Refusal(
    'model_not_found',
    `The model "${shorten(model)}" does not exist or is not available to this API key.`,
    {
      param: 'model',
    },
  );
}
