export type RequestView = {
  readonly id: string;
  readonly at: number;
  readonly group: string;
  readonly modelAsked: string;
  readonly modelServed: string;
  readonly channel: string | null;
  readonly stream: boolean;
  readonly status: number;
  readonly endReason:
    | 'completed'
    | 'client_disconnected'
    | 'refused'
    | 'upstream_error'
    | 'upstream_connect_failed'
    | 'upstream_timeout_first_byte'
    | 'upstream_timeout_idle'
    | 'timeout_total'
    | 'upstream_cut'
    | 'upstream_empty'
    | 'gateway_shutdown'
    | 'gateway_error';
  readonly errorCode: string;
  readonly usage: Readonly<Partial<Record<string, number>>>;
  readonly usageSource: 'provider' | 'estimated' | 'provider_reported_zero' | 'none';
  readonly charge: {
    readonly amountNanos: string;
    readonly lines: readonly { readonly bucket: string; readonly quantity: number; readonly rateNanos: string }[];
    readonly multiplier: string;
    readonly priceVersion: string;
  } | null;
  readonly ttftMs: number;
  readonly totalMs: number;
  readonly attempts: readonly {
    readonly channel: string | null;
    readonly credential: number;
    readonly status: number;
    readonly cause: string;
    readonly durationMs: number;
  }[];
};
export type RequestPage = { readonly data: readonly RequestView[]; readonly next: string | null };
export type Bill = NonNullable<RequestView['charge']>;
export type Attempt = RequestView['attempts'][number];
