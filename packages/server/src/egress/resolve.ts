import { lookup } from 'node:dns/promises';

/** All addresses of a host as the system knows them (`/etc/hosts` included). */
export const resolveWithSystem = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);
