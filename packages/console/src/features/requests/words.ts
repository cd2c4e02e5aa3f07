import { protocolLabels } from '@tollgate/contract/protocol-labels';
import { buckets, callRow } from '@tollgate/contract/buckets';
import type { IconName } from '../../components/icon.tsx';
import type { RequestView } from './request-view.ts';

type Ending = { readonly words: string; readonly icon: IconName; readonly tone: string };

const good = 'text-good';
const warn = 'text-warn';
const bad = 'text-danger';

const endings: Readonly<Record<string, Ending>> = {
  completed: { words: 'Completed', icon: 'check', tone: good },
  client_disconnected: { words: 'Client left', icon: 'left', tone: warn },
  refused: { words: 'Refused', icon: 'barred', tone: warn },
  upstream_error: { words: 'Upstream error', icon: 'warning', tone: bad },
  upstream_connect_failed: { words: 'Upstream unreachable', icon: 'warning', tone: bad },
  upstream_timeout_first_byte: { words: 'No first byte in time', icon: 'warning', tone: bad },
  upstream_timeout_idle: { words: 'Upstream fell silent', icon: 'warning', tone: bad },
  timeout_total: { words: 'Took too long', icon: 'warning', tone: bad },
  upstream_cut: { words: 'Upstream cut off', icon: 'warning', tone: bad },
  upstream_empty: { words: 'Empty answer', icon: 'warning', tone: bad },
  gateway_shutdown: { words: 'Gateway stopped', icon: 'warning', tone: bad },
  gateway_error: { words: 'Gateway error', icon: 'warning', tone: bad },
};

/** How a request ended, as an icon, words and a tone: never a colour alone. */
export const endingOf = ({ endReason }: RequestView): Ending =>
  // A word of a newer gateway is shown as it is.
  endings[endReason] ?? { words: endReason, icon: 'warning', tone: bad };

type Unit = { readonly label: string; readonly per: 'million' | 'one' };

const units: Readonly<Record<string, Unit | undefined>> = { ...buckets, call: callRow };

/** How a bucket of a bill is called and counted; a word of a newer gateway is shown as it is. */
export const unitOf = (bucket: string): Unit => units[bucket] ?? { label: bucket, per: 'million' };

const losses: Readonly<Record<string, string>> = { dropped: 'Dropped', approximated: 'Approximated' };

export const lossName = (kind: string): string => losses[kind] ?? kind;

export const protocolName = (protocol: string): string => protocolLabels[protocol] ?? protocol;

const sources: Readonly<Record<string, string>> = {
  provider: 'reported by the provider',
  estimated: 'estimated by the gateway',
  provider_reported_zero: 'the provider reported zero',
};

/** Where the numbers of a charge come from; undefined when there are none. */
export const sourceOf = (request: RequestView): string | undefined => sources[request.usageSource];
