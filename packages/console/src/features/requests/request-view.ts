import type { RequestView } from '@tollgate/contract/api/requests';

export type { RequestView };
export type Bill = NonNullable<RequestView['bill']>;

/** Names of the channels by their ids; undefined for those who do not see channels. */
export type Channels = ReadonlyMap<string, string> | undefined;

/** A channel's name; its id while the names are not there yet, and when it was deleted since. */
export const channelName = (channels: Channels, id: string): string => channels?.get(id) ?? id;
