import type { Loss } from '@tollgate/wire/ir/loss';
import { Refusal } from '../../domain/refusal.ts';
import { describeLosses } from '../../relay/answer/losses.ts';
import type { Candidate, Identified, Planned } from '../../relay/request-context.ts';

/**
 * Who asked for strictness, for the request (`x-tollgate-strict: true`) or for all of the key's, is refused rather than
 * served with something missing. Throws the refusal.
 */
export function refuseLosses(context: Planned, { dialect }: Pick<Candidate, 'dialect'>, losses: readonly Loss[]): void {
  if (losses.length === 0 || !isStrict(context)) return;
  context.conversion ??= { protocol: dialect.protocol, losses };
  throw new Refusal(
    'conversion_loss',
    `Strict mode: this request cannot be translated whole (${describeLosses(losses)}).`,
    { param: losses[0]?.path ?? null },
  );
}

/** The header tightens and never loosens: a key's owner may not be who writes the requests. */
const isStrict = ({ key, call }: Identified): boolean =>
  key.strictConversion === true || call.request.headers.get('x-tollgate-strict') === 'true';
