import type { IrEvent } from './event.ts';

/**
 * Tells the events of the first answer from those of others, for protocols that give one. `lost` is told of each answer's
 * beginnings that are left out.
 */
export function firstChoice(lost: () => void): (event: IrEvent) => boolean {
  /** Parts of other answers that are open. */
  const others = new Set<number>();
  return (event) => {
    if ('choice' in event && event.choice !== 0) {
      lost();
      if ('part' in event && event.type !== 'part') others.add(event.part);
      return false;
    }
    if (others.size === 0 || !('part' in event) || !others.has(event.part)) return true;
    if (event.type.endsWith('-end')) others.delete(event.part);
    return false;
  };
}
