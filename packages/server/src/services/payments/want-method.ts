import type { PaymentMethodInput } from '@tollgate/contract/api/payments';
import { z } from 'zod';
import { formatDecimal, parseDecimal } from '../../domain/decimal.ts';
import { knowsCurrency } from '../../domain/payment.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { StoredMethod } from '../../store/payments/methods.ts';
import { nanosToUsd, usdToNanos } from '../accounts/people.ts';
import { paymentMethodContext } from '../secret-box/contexts.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import type { AnyAdapter } from './adapter.ts';

/** What a method is to be; secrets in the open, all of them. */
export type Wanted = Omit<PaymentMethodInput, 'secrets'> & { readonly secrets: Readonly<Record<string, string>> };

/** What a method is checked against, and sealed with. */
export type MethodContext = {
  readonly adapters: ReadonlyMap<string, AnyAdapter>;
  readonly secretBox: Pick<SecretBox, 'seal'>;
  readonly hasGroup: (name: string) => boolean;
};

/** The method that is wanted, checked by its provider; refuses what does not fit. */
export function wantMethod(
  context: MethodContext,
  input: Wanted,
  fixed: Pick<StoredMethod, 'id' | 'owner' | 'createdAt' | 'updatedAt'>,
): StoredMethod {
  const adapter = context.adapters.get(input.provider);
  if (adapter === undefined)
    throw new Refusal('invalid_request', `There is no payment provider "${input.provider}".`, { param: 'provider' });
  if (!knowsCurrency(input.currency))
    throw new Refusal('invalid_request', 'is no currency that can be charged here', { param: 'currency' });
  if (adapter.currencies?.includes(input.currency) === false)
    throw new Refusal('invalid_request', `${adapter.label} charges ${adapter.currencies.join(', ')} only`, {
      param: 'currency',
    });
  for (const [index, { group }] of input.discounts.entries())
    if (group !== undefined && !context.hasGroup(group))
      throw new Refusal('invalid_request', `There is no group "${group}".`, { param: `discounts.${index}.group` });
  const settings = parsed(adapter.settings, input.settings, 'settings');
  const secrets = parsed(adapter.secrets, input.secrets, 'secrets');
  return {
    ...fixed,
    name: input.name,
    provider: adapter.id,
    enabled: input.enabled,
    position: input.position,
    countries: input.countries,
    currency: input.currency,
    rate: parseDecimal(input.rate, 6) ?? 0n,
    minimum: usdToNanos(input.minimumUsd),
    maximum: usdToNanos(input.maximumUsd),
    discounts: input.discounts.map(({ fromUsd, group, percent }) => ({ from: usdToNanos(fromUsd), group, percent })),
    settings: JSON.stringify(settings),
    sealed: context.secretBox.seal(JSON.stringify(secrets), paymentMethodContext(fixed.id)),
  };
}

function parsed(schema: AnyAdapter['settings'], value: unknown, at: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [at, ...(issue?.path ?? [])].join('.');
  throw new Refusal('invalid_request', `${path}: ${issue?.message ?? 'is not valid'}`, { param: path });
}

/** A stored method as it is written, without its secrets. */
export const inputOf = (method: StoredMethod): Omit<Wanted, 'secrets'> => ({
  name: method.name,
  provider: method.provider,
  enabled: method.enabled,
  position: method.position,
  countries: [...method.countries],
  currency: method.currency,
  rate: formatDecimal(method.rate, 6),
  minimumUsd: nanosToUsd(method.minimum),
  maximumUsd: nanosToUsd(method.maximum),
  discounts: method.discounts.map(({ from, group, percent }) => ({
    fromUsd: nanosToUsd(from),
    ...(group !== undefined && { group }),
    percent,
  })),
  settings: z.record(z.string(), z.json()).parse(JSON.parse(method.settings)),
});
