/** Where a key's requests go on to: groups by their names, channels by `channel:ID`. */

const mark = 'channel:';

/** How a channel stands among them. */
export const stopOfChannel = (id: string): string => `${mark}${id}`;

/** The id of a channel; undefined for a group. */
export const channelOfStop = (stop: string): string | undefined =>
  stop.startsWith(mark) ? stop.slice(mark.length) : undefined;

/** A stop put to a place, counted without itself. */
export function moved(stops: readonly string[], stop: string, to: number): readonly string[] {
  const rest = stops.filter((one) => one !== stop);
  return rest.toSpliced(Math.max(0, Math.min(to, rest.length)), 0, stop);
}
