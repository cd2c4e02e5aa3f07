import { buckets, callRow } from '@tollgate/contract/buckets';
import { protocolLabels } from '@tollgate/contract/protocol-labels';
import { CircleSlash, LogOut } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { StatusTone } from '../../components/ui/badge.tsx';
import { namespace } from '../../lib/i18n.ts';
import type en from '../../locales/en/requests.json';

export const useRequestWords = namespace<typeof en>('requests');
export type RequestWords = ReturnType<typeof useRequestWords>;

type EndReason = keyof typeof en.ending;
type Look = { readonly tone: StatusTone; readonly icon?: LucideIcon };

const looks: Readonly<Record<EndReason, Look>> = {
  completed: { tone: 'good' },
  client_disconnected: { tone: 'warn', icon: LogOut },
  refused: { tone: 'warn', icon: CircleSlash },
  upstream_error: { tone: 'danger' },
  upstream_connect_failed: { tone: 'danger' },
  upstream_timeout_first_byte: { tone: 'danger' },
  upstream_timeout_idle: { tone: 'danger' },
  timeout_total: { tone: 'danger' },
  upstream_cut: { tone: 'danger' },
  upstream_empty: { tone: 'danger' },
  gateway_shutdown: { tone: 'danger' },
  gateway_error: { tone: 'danger' },
};

const has = <T extends object>(table: T, key: string): key is keyof T & string => Object.hasOwn(table, key);

/** How a request ended, in words and a tone; a word of a newer gateway is shown as it is. */
export const endingOf = (endReason: string, t: RequestWords): Look & { readonly words: string } =>
  has(looks, endReason)
    ? { ...looks[endReason], words: t(`ending.${endReason}`) }
    : { tone: 'danger', words: endReason };

type Unit = { readonly label: string; readonly per: 'million' | 'one' };

const bucketWords = {
  inputText: 'bucket.inputText',
  cacheRead: 'bucket.cacheRead',
  cacheWrite5m: 'bucket.cacheWrite5m',
  cacheWrite30m: 'bucket.cacheWrite30m',
  cacheWrite1h: 'bucket.cacheWrite1h',
  cacheWrite12h: 'bucket.cacheWrite12h',
  inputImage: 'bucket.inputImage',
  inputAudio: 'bucket.inputAudio',
  inputVideo: 'bucket.inputVideo',
  outputText: 'bucket.outputText',
  outputImage: 'bucket.outputImage',
  outputAudio: 'bucket.outputAudio',
  outputReasoning: 'bucket.outputReasoning',
  requests: 'bucket.requests',
  images: 'bucket.images',
  seconds: 'bucket.seconds',
  characters: 'bucket.characters',
  cacheTokenHours: 'bucket.cacheTokenHours',
  call: 'bucket.call',
} as const;

const units: Readonly<Record<string, Unit | undefined>> = { ...buckets, call: callRow };

/** How a bucket of a bill is called and counted; one that has no words here is called as the contract calls it. */
export function unitOf(bucket: string, t: RequestWords): Unit {
  const { label, per } = units[bucket] ?? { label: bucket, per: 'million' as const };
  return { per, label: has(bucketWords, bucket) ? t(bucketWords[bucket]) : label };
}

const losses = { dropped: 'loss.dropped', approximated: 'loss.approximated' } as const;

export const lossName = (kind: string, t: RequestWords): string => (has(losses, kind) ? t(losses[kind]) : kind);

export const protocolName = (protocol: string): string => protocolLabels[protocol] ?? protocol;

const sources = {
  provider: 'source.provider',
  estimated: 'source.estimated',
  provider_reported_zero: 'source.zero',
  implausible: 'source.implausible',
} as const;

/** Whether its provider reported what cannot be. */
export const isDoubtful = ({ usageSource }: { readonly usageSource: string }): boolean => usageSource === 'implausible';

/** Where the numbers of a charge come from; undefined when there are none. */
export const sourceOf = (source: string, t: RequestWords): string | undefined =>
  has(sources, source) ? t(sources[source]) : undefined;

const causes: Readonly<Record<keyof typeof en.cause, true>> = {
  ok: true,
  client_gone: true,
  dns: true,
  connect: true,
  connect_timeout: true,
  tls: true,
  reset: true,
  protocol: true,
  cut: true,
  too_large: true,
  request_body: true,
  first_byte_timeout: true,
  idle_timeout: true,
  total_timeout: true,
  bad_request: true,
  content_filter: true,
  auth: true,
  not_found: true,
  not_permitted: true,
  request_timeout: true,
  conflict: true,
  rate_limited: true,
  quota_exhausted: true,
  server_error: true,
  redirect: true,
  unexpected_body: true,
  empty: true,
  shutdown: true,
};

/** What came of an attempt, in words; a word of a newer gateway is shown as it is. */
export const causeOf = (cause: string, t: RequestWords): string => (has(causes, cause) ? t(`cause.${cause}`) : cause);

const asides: Readonly<Record<keyof typeof en.aside, true>> = {
  resting: true,
  no_exchange: true,
  operation: true,
  no_price: true,
};

/** Why somebody could not serve a request. */
export const asideReasonOf = (reason: string, t: RequestWords): string =>
  has(asides, reason) ? t(`aside.${reason}`) : reason;
