import type { Loss } from '@tollgate/wire/ir/loss';
import type { AnyStage } from '../request-context.ts';

const maxHeaderLength = 1000;

/** The losses as `x-tollgate-conversion-loss` tells them: `path;kind`, separated by commas. */
export const lossHeader = (losses: readonly Loss[]): string => describeLosses(losses).slice(0, maxHeaderLength);

export const describeLosses = (losses: readonly Loss[]): string =>
  losses.map((loss) => `${loss.path.replaceAll(/[^\w.[\]-]/g, '_')};${loss.kind}`).join(', ');

/** Adds what the answer lost to what the log will say. */
export function noteLosses(context: AnyStage, losses: readonly Loss[]): void {
  const { conversion } = context;
  if (!conversion || losses.length === 0) return;
  context.conversion = { ...conversion, losses: [...conversion.losses, ...losses] };
}
