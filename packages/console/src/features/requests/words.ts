import { protocolLabels } from '@tollgate/contract/protocol-labels';
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

type Unit = { readonly words: string; readonly per: 'million' | 'one' };

const buckets: Readonly<Record<string, Unit>> = {
  inputText: { words: 'Input', per: 'million' },
  cacheRead: { words: 'Cache read', per: 'million' },
  cacheWrite5m: { words: 'Cache write, 5 min', per: 'million' },
  cacheWrite1h: { words: 'Cache write, 1 h', per: 'million' },
  inputImage: { words: 'Image input', per: 'million' },
  inputAudio: { words: 'Audio input', per: 'million' },
  inputVideo: { words: 'Video input', per: 'million' },
  outputText: { words: 'Output', per: 'million' },
  reasoning: { words: 'Reasoning', per: 'million' },
  outputImage: { words: 'Image output', per: 'million' },
  outputAudio: { words: 'Audio output', per: 'million' },
  requests: { words: 'Requests', per: 'one' },
  images: { words: 'Images', per: 'one' },
  seconds: { words: 'Seconds', per: 'one' },
  characters: { words: 'Characters', per: 'million' },
  searches: { words: 'Searches', per: 'one' },
  toolCalls: { words: 'Tool calls', per: 'one' },
  call: { words: 'Call', per: 'one' },
};

export const bucketOf = (bucket: string): Unit => buckets[bucket] ?? { words: bucket, per: 'million' };

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
