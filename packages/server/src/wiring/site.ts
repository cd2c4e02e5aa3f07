import { objectDeeds } from '../endpoints/manage-objects.ts';
import { openPlayground } from '../endpoints/playground.ts';
import { cancelTaskNamed } from '../endpoints/videos/cancel.ts';
import { openMediaCalls } from '../endpoints/videos/vendor-calls.ts';
import type { MountOptions, Site } from '../http/mount.ts';
import type { RelayDeps } from '../relay/deps.ts';
import type { UpstreamClient } from '../upstream/upstream.ts';
import { clock } from './clock.ts';
import { wireJobMetrics } from './jobs.ts';
import type { WiredServices } from './services.ts';

type SiteSources = Pick<
  MountOptions,
  'foundation' | 'consoleFiles' | 'trusted' | 'startedAt' | 'jobs' | 'tail' | 'ledger' | 'stopping'
> & {
  readonly deps: RelayDeps;
  readonly upstream: UpstreamClient;
  readonly services: WiredServices;
};

/**
 * Admin API, console and metrics. Loaded at its first use: the admin side takes longer to load than the relay takes to
 * start.
 */
export function wireSite({ deps, upstream, services, ...sources }: SiteSources): () => Promise<Site> {
  const { foundation, jobs, ledger } = sources;
  const { metrics, load, health } = deps;
  const jobMetrics = wireJobMetrics(foundation, jobs);
  return lazily(async () => {
    const { mountSite } = await import('../http/mount.ts');
    return await mountSite({
      ...sources,
      ...services,
      inquiries: deps,
      playground: openPlayground(deps),
      cancelMediaTask: (id) => cancelTaskNamed(deps, id),
      storedObjects: objectDeeds(deps),
      mediaCalls: openMediaCalls(deps),
      metrics: { metrics, load, health, upstream, now: clock.elapsed, ledger, jobs: jobMetrics },
    });
  });
}

/** Opens something at its first use. A failure is not remembered for ever. */
function lazily<T>(open: () => Promise<T>): () => Promise<T> {
  let opening: Promise<T> | undefined;
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}
