import type { Inspected } from '../../relay/request-context.ts';

/** Where the gateway is to its clients. */
export const originFor = ({ snapshot, call }: Pick<Inspected, 'call' | 'snapshot'>): string =>
  snapshot.settings.site.publicUrl || new URL(call.request.url).origin;
