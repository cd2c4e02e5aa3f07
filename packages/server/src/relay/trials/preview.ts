import { parseJson } from '@tollgate/wire/json/exact';
import type { Json } from '@tollgate/wire/protocol';
import { compileOverrides, noOverrides } from '../../domain/overrides/compile.ts';
import type { Overrides } from '../../domain/overrides/run.ts';
import { ReturnedRefusal } from '../../domain/overrides/returned-refusal.ts';
import { prepare } from '../plan/targets.ts';
import type { RelayDeps } from '../deps.ts';
import { dryRun, type DryRun, type Trial } from './dry-run.ts';

/** A request as it would be sent. Secrets of the account are masked. */
export type Sendable = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where the body is no JSON. */
  readonly body: Json;
};

export type Preview = {
  /** Where the client's bytes pass, or are translated. */
  readonly mode: 'passthrough' | 'translate';
  readonly protocol: string;
  readonly upstreamModel: string;
  readonly losses: readonly { readonly path: string; readonly kind: string }[];
  /** Without the channel's overrides, and with them. Null when the channel answers by itself. */
  readonly before: Sendable;
  readonly after: Sendable | null;
  readonly returned: { readonly status: number; readonly code: string; readonly message: string } | null;
};

/** What becomes of a request on a channel, with these overrides in place of its own if there are any. Sends nothing. */
export async function preview(deps: RelayDeps, trial: Trial, proposed: Overrides | undefined): Promise<Preview> {
  const { overrides } = proposed ? compileOverrides(proposed) : trial.channel;
  const plain = await dryRun(deps, { ...trial, channel: { ...trial.channel, overrides: noOverrides } });
  const facts = {
    mode: plain.candidate.mode,
    protocol: plain.candidate.dialect.protocol,
    upstreamModel: plain.candidate.upstreamModel,
    losses: (plain.exchange.conversion?.losses ?? []).map(({ path, kind }) => ({ path, kind })),
    before: sendableOf(plain),
  };
  try {
    const edited = await dryRun(deps, { ...trial, channel: { ...trial.channel, overrides } });
    return { ...facts, after: sendableOf(edited), returned: null };
  } catch (thrown) {
    if (!(thrown instanceof ReturnedRefusal)) throw thrown;
    const { status, code } = thrown.said;
    return { ...facts, after: null, returned: { status, code, message: thrown.message } };
  }
}

const mask = '********';

function sendableOf({ candidate, exchange }: DryRun): Sendable {
  const { channel, credential } = candidate.target;
  const { secrets } = prepare(channel, credential, candidate.upstreamModel);
  // A body is masked as text, in which some characters of a secret are escaped.
  const hidden = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  const masked = (text: string): string =>
    [...hidden].reduce((kept, secret) => (secret.length < 4 ? kept : kept.replaceAll(secret, mask)), text);
  const { origin, path, headers, body } = exchange.request;
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
  return {
    url: masked(`${origin.tls ? 'https' : 'http'}://${origin.host}:${origin.port}${path}`),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, secretHeaders.test(name) ? mask : masked(value)]),
    ),
    body: parseJson(masked(text)) ?? null,
  };
}

/** Of calls that are signed, or carry a token that was fetched. */
const secretHeaders = /^(?:authorization|x-amz-security-token)$/;
