import { fitModel, type FittedRequest } from '@tollgate/wire/protocols/fit-model';
import { shorten } from '@tollgate/wire/text';
import { Refusal } from '../../domain/refusal.ts';
import type { Candidate, Planned } from '../../relay/request-context.ts';
import { refuseLosses } from '../shared/strictness.ts';
import { jsonOf } from './state.ts';
import type { TextEndpoint } from './translate.ts';

/**
 * A request as a candidate's model takes it, where it cannot be served as it is and the gateway is to mend that; undefined
 * otherwise. Throws the refusal where it is to be refused, so that a channel is tried whose model takes it.
 */
export function fittedRequest(
  { protocol, operation }: TextEndpoint,
  context: Planned,
  candidate: Candidate,
): FittedRequest | undefined {
  const { unsupportedByModel } = context.snapshot.settings.relay;
  if (unsupportedByModel === 'pass' || operation !== 'chat') return undefined;
  const { traits, maxOutputTokens } = candidate;
  const fitted = fitModel(protocol, jsonOf(context), { ...traits, maxOutputTokens });
  if (!fitted) return undefined;
  if (unsupportedByModel === 'refuse') {
    const [first] = fitted.losses;
    const why = fitted.losses.map(({ path, detail }) => `${path}: ${detail}`).join('; ');
    throw new Refusal(
      'not_supported_by_model',
      `The model "${shorten(context.summary.model)}" cannot serve this request (${shorten(why, 500)}).`,
      { param: first?.path ?? null },
    );
  }
  refuseLosses(context, candidate, fitted.losses);
  return fitted;
}
