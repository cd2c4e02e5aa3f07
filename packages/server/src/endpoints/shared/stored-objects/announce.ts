import { Refusal } from '../../../domain/refusal.ts';
import type { StoredObject } from '../../../domain/stored-object.ts';
import type { RelayDeps } from '../../../relay/deps.ts';
import type { Exchange } from '../../../relay/exchange.ts';

/**
 * Writes down that a vendor is about to be asked to change or delete something that is paid by the time that it is kept. Returns what is
 * to be called once it is heard what came of that. Throws a refusal where it cannot be written down.
 */
export async function announce(deps: RelayDeps, object: StoredObject): Promise<() => Promise<void>> {
  try {
    return await deps.objects.announce(object);
  } catch (error) {
    deps.log.error({ err: error, object: object.id }, 'a change could not be written down');
    throw new Refusal('database_unavailable', 'The request cannot be written down at the moment.', {
      retryAfterMs: 2000,
    });
  }
}

/** Whether an answer says that nothing was changed; one that is lost, or of a vendor in trouble, does not. */
export const isRefused = (status: number): boolean => status >= 400 && status <= 499;

/** The same for an exchange that asks for the change: `heard` is to be called when it has been told, and that is written down. */
export function announced(
  deps: RelayDeps,
  object: StoredObject,
): Required<Pick<Exchange, 'intent'>> & { heard(): void } {
  let isHeard = false;
  let heard: (() => Promise<void>) | undefined;
  return {
    heard: () => {
      isHeard = true;
    },
    intent: {
      async note() {
        heard = await announce(deps, object);
      },
      async over() {
        if (!isHeard) return;
        await heard?.().catch((error: unknown) => {
          // Its vendor is asked, then.
          deps.log.warn({ err: error, object: object.id }, 'that a change was heard could not be written down');
        });
      },
    },
  };
}
