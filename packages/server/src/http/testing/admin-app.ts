import { tmpdir } from 'node:os';
import type { AnyProvider } from '../../providers/define.ts';
import { openTokenCache } from '../../providers/shared/token-cache.ts';
import { askTokenThrough } from '../../relay/send/authenticate.ts';
import { createUpstreamClient } from '../../upstream/client.ts';
import { createToken } from '../../services/accounts/access-tokens.ts';
import { cliActor, personActor } from '../../services/accounts/account-deps.ts';
import { createAttemptLimits } from '../../services/accounts/attempt-limits.ts';
import { letterJobs } from '../../services/accounts/account-letters.ts';
import { openCaptcha } from '../../services/accounts/captcha.ts';
import { createPerson } from '../../services/accounts/people.ts';
import { testAccounts } from '../../services/accounts/testing/accounts.ts';
import { openTail } from '../../services/activity/tail.ts';
import { testContext } from '../../services/configuration/testing/configuration.ts';
import { testJobs } from '../../services/jobs/testing/jobs.ts';
import { openMailer } from '../../services/mail/mailer.ts';
import { openMediaCalls } from '../../endpoints/videos/vendor-calls.ts';
import { askProvider } from '../../services/payments/payment-deps.ts';
import { paymentAdapters } from '../../services/payments/providers/index.ts';
import { signInProviders } from '../../services/sign-in/providers/index.ts';
import type { FetchOutside } from '../../services/fetch-outside.ts';
import { openSiteImages } from '../../services/site-images.ts';
import type { SignInDeps } from '../../services/sign-in/sign-in-deps.ts';
import { openSnapshots } from '../../services/snapshot/snapshots.ts';
import { planDebits } from '../../domain/debits.ts';
import { Refusal } from '../../domain/refusal.ts';
import { nanos } from '../../domain/money.ts';
import { multiplierOne } from '../../domain/price.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Role } from '@tollgate/contract/permissions';
import type { Database } from '../../store/database.ts';
import { createApp, type AppDeps } from '../app.ts';

export const testPassword = 'correct horse battery';

/** The app of a gateway that relays nothing. */
const nothingHere = (): Promise<never> => Promise.reject(new Refusal('not_found', 'There is no such channel.'));
const noTrials: AppDeps['trials'] = {
  test: nothingHere,
  testOn: nothingHere,
  preview: nothingHere,
  resting: () => [],
};

type CallOptions = {
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  readonly token?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clientIp?: string;
  readonly secure?: boolean;
};

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
};

/** What asks upstreams for real; a test brings its own. */
function testInquiries(): AppDeps['inquiries'] {
  const upstream = createUpstreamClient({});
  return {
    upstream,
    tokens: openTokenCache({ ask: askTokenThrough(upstream), now: Date.now }),
    clock: { now: Date.now, elapsed: () => performance.now() },
    log: { warn: () => undefined, error: () => undefined },
  };
}

/** The app on a real database with real services; `call` speaks to it as a listener would. */
export async function openTestApp(
  database: Database,
  {
    askOutside,
    fetchOutside = () => Promise.resolve({ problem: 'there is nothing' }),
    trials = noTrials,
    resolveTxt = () => Promise.reject(new Error('there is no DNS here')),
    ...parts
  }: {
    readonly providers?: ReadonlyMap<string, AnyProvider>;
    readonly askOutside?: SignInDeps['fetch'];
    readonly fetchOutside?: FetchOutside;
    readonly resolveTxt?: SignInDeps['resolveTxt'];
    readonly trials?: AppDeps['trials'];
  } = {},
) {
  const configuration = { ...(await testContext(database)), ...parts };
  const errors: unknown[] = [];
  const snapshots = await openSnapshots({
    database,
    secretBox: configuration.secretBox,
    providers: configuration.providers,
    settings: configuration.settings,
    now: configuration.now,
    log: { warn: () => undefined },
  });
  const accounts = {
    ...testAccounts(database),
    secretBox: configuration.secretBox,
    snapshot: snapshots.current,
    now: Date.now,
  };
  const jobs = testJobs(database);
  const attempts = createAttemptLimits(accounts);
  const settings = () => snapshots.current().settings;
  const mailer = openMailer({ settings, fetch: askProvider, now: Date.now });
  const captcha = openCaptcha({ settings, fetch: askOutside ?? askProvider });
  const mayMail = (): boolean => mailer.configured() && URL.canParse(settings().site.publicUrl);
  const deps: AppDeps = {
    accounts,
    attempts,
    captcha,
    signUp: { accounts, attempts, captcha, jobs, mayMail },
    configuration,
    database,
    dataDir: tmpdir(),
    pdfFont: undefined,
    inquiries: testInquiries(),
    jobs,
    mailer,
    notices: { accounts, mailer, fetch: askOutside ?? askProvider },
    payments: {
      database,
      secretBox: configuration.secretBox,
      jobs,
      snapshot: snapshots.current,
      adapters: paymentAdapters,
      fetch: askProvider,
      now: Date.now,
      newId: configuration.newId,
    },
    signIn: {
      accounts,
      attempts,
      secretBox: configuration.secretBox,
      providers: signInProviders,
      fetch: askOutside ?? askProvider,
      resolveTxt,
    },
    fetchOutside,
    askCosts: askOutside ?? askProvider,
    siteImages: openSiteImages({ database, fetchOutside, settings: () => snapshots.current().settings, now: Date.now }),
    snapshot: snapshots.current,
    health: { entries: () => [], now: () => 0 },
    trials,
    cancelMediaTask: () => Promise.resolve(),
    storedObjects: { cancel: () => Promise.resolve(), remove: () => Promise.resolve() },
    mediaCalls: openMediaCalls({
      tasks: {
        findAny: () => Promise.resolve(undefined),
        findOpen: () => Promise.resolve(undefined),
        hasten: () => Promise.resolve(),
      },
      snapshot: snapshots.current,
      clock: { now: Date.now },
    }),
    playground: { ask: () => Promise.resolve(Response.json({ object: 'chat.completion' })) },
    system: {
      ledger: () => ({
        nodeId: 'node_test',
        meters: 0,
        unposted: 2,
        unpostedBytes: 900,
        posted: 7,
        batches: 1,
        postingFails: false,
        outboxFails: false,
        droppedNotes: 0,
        aliveNodes: 1,
      }),
      maxUnpostedBytes: 1000,
      jobKinds: () => ['b.second', 'a.first'],
    },
    tail: openTail({ database, now: Date.now, processes: () => 1, failed: (error) => void errors.push(error) }),
    version: '0.0.0-test',
    startedAt: 1_780_000_000_000,
    refresh: snapshots.refresh,
    console: () => undefined,
    stopping: new AbortController().signal,
    log: { error: (fields, message) => void errors.push({ message, ...fields }) },
  };
  const call = caller(deps);

  /** A person with an access token of full power. */
  const enroll = async (role: Role, email: string) => {
    const user = await createPerson(accounts, cliActor, { email, password: testPassword, role }, { adopt: false });
    const { text } = await createToken(accounts, personActor(user), user, {
      name: 'test',
      readOnly: false,
      scopes: null,
      expiresAt: null,
    });
    return { user, token: text };
  };

  /** The same gateway with some parts exchanged. */
  const variant = (parts: Partial<AppDeps>) => caller({ ...deps, ...parts });

  /** Does what is to be done later, at once: mail among it. */
  const startJobs = () => jobs.start(letterJobs({ accounts, mailer }));

  return { deps, startJobs, jobs, call, variant, enroll, errors, snapshots, accounts };
}

/** Speaks to an app as a listener would. */
function caller(deps: AppDeps) {
  const app = createApp(deps);
  let requests = 0;

  return async (method: string, path: string, options: CallOptions = {}): Promise<Reply> => {
    const headers = new Headers({ host: 'gate.example', ...options.headers });
    if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
    if (options.cookie !== undefined) headers.set('cookie', options.cookie);
    const body = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const request = new Request(`http://gate.example${path}`, { method, headers, ...(body !== undefined && { body }) });
    const response = await app.fetch(request, {
      clientIp: options.clientIp ?? '203.0.113.5',
      secure: options.secure ?? false,
      host: headers.get('host'),
      requestId: `req_call_${(requests += 1)}`,
    });
    // Events may go on for ever; that there are some is all that can be said here.
    const endless = response.headers.get('content-type') === 'text/event-stream';
    if (endless) await response.body?.cancel();
    const text = endless ? '' : await response.text();
    const isJson = /^application\/(scim\+)?json/.test(response.headers.get('content-type') ?? '');
    const json: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  };
}

/** A field of a JSON answer by its path, as text; fails loudly when it is not there. */
export function field(json: unknown, path: string): string {
  let value = json;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) throw new Error(`no ${path} in ${JSON.stringify(json)}`);
    value = new Map<string, unknown>(Object.entries(value)).get(step);
  }
  if (typeof value !== 'string') throw new Error(`${path} is ${JSON.stringify(value)} in ${JSON.stringify(json)}`);
  return value;
}

/** The cookies of an answer as a browser would send them back. */
export const cookiesOf = (reply: Reply): string =>
  reply.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0] ?? '')
    .join('; ');

/** Time of the first sample request, ms since the epoch. */
export const sampleHour = Date.UTC(2026, 0, 1, 12);

/** A finished request of 15 nano-dollars, on one of two channels. */
export function sampleRequest(userId: string, keyId: string, index: number): RequestRecord {
  const channelId = `ch_secret_${index % 2}`;
  return {
    id: `req_${index}`,
    at: sampleHour + index * 1000,
    userId,
    keyId,
    debits: planDebits({ id: keyId, limited: false, user: { id: userId } }, nanos(15n), sampleHour),
    group: 'default',
    protocol: 'openai-chat',
    operation: 'chat',
    modelAsked: 'gpt-x',
    modelServed: 'upstream-x',
    channelId,
    stream: true,
    status: 200,
    endReason: 'completed',
    errorCode: '',
    usage: { inputText: 100, outputText: 50 },
    usageSource: 'provider',
    // The last one was translated.
    conversion:
      index === 3
        ? { protocol: 'anthropic-messages', losses: [{ path: 'logitBias', kind: 'dropped', detail: 'x' }] }
        : undefined,
    charge: {
      amount: nanos(15n),
      lines: [{ bucket: 'inputText', quantity: 100, rate: 150_000n }],
      multiplier: multiplierOne,
      priceVersion: 'prc_1',
    },
    ttftMs: 100,
    totalMs: 600,
    clientIp: '::1',
    attempts: [{ channelId, credential: 0, status: 200, cause: 'ok', durationMs: 600 }],
  };
}
