import { openAdmin, setUpRoot } from '../account.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import type { Vendor } from './upstreams/asked.ts';
import { startUpstreams, type Upstreams } from './upstreams/serve.ts';

/** Upstream protocols (Chat twice, because vendors differ in what they want back), and the vendors' models that stand for them: one that just answers and one that reasons. */
export const rows = {
  'openai-chat': {
    plain: { vendor: 'openai-chat', provider: 'openai', model: 'gpt-4o-mini' },
    // OpenAI tells no reasoning over Chat; OpenRouter tells them signed.
    thinking: { vendor: 'openrouter', provider: 'openrouter', model: 'anthropic/claude-sonnet-4.5' },
  },
  deepseek: {
    plain: { vendor: 'deepseek', provider: 'deepseek', model: 'deepseek-chat' },
    thinking: { vendor: 'deepseek', provider: 'deepseek', model: 'deepseek-reasoner' },
  },
  'openai-responses': {
    plain: { vendor: 'openai-responses', provider: 'openai', model: 'gpt-4.1-mini' },
    thinking: { vendor: 'openai-responses', provider: 'openai', model: 'gpt-5.1' },
  },
  'anthropic-messages': {
    plain: { vendor: 'anthropic-messages', provider: 'anthropic', model: 'claude-sonnet-4-5' },
    thinking: { vendor: 'anthropic-messages', provider: 'anthropic', model: 'claude-sonnet-4-5' },
  },
  gemini: {
    plain: { vendor: 'gemini', provider: 'gemini', model: 'gemini-3-pro-preview' },
    thinking: { vendor: 'gemini', provider: 'gemini', model: 'gemini-3-pro-preview' },
  },
  'gemini-interactions': {
    plain: { vendor: 'gemini-interactions', provider: 'gemini', model: 'gemini-3.5-flash' },
    thinking: { vendor: 'gemini-interactions', provider: 'gemini', model: 'gemini-3.5-flash' },
  },
} as const satisfies Readonly<
  Record<
    string,
    Readonly<
      Record<'plain' | 'thinking', { readonly vendor: Vendor; readonly provider: string; readonly model: string }>
    >
  >
>;
export type Row = keyof typeof rows;
export const rowNames = Object.keys(rows) as readonly Row[];

/** Of vendors with several text APIs, which one a row is of; Chat where nothing is said. */
const textApis: Readonly<Partial<Record<Row, string>>> = {
  'openai-responses': 'responses',
  gemini: 'generate-content',
  'gemini-interactions': 'interactions',
};

/** SDKs ask for reasoning, send images or leave fields out by a model's name, so each protocol's are named as its own. */
const prefixes = {
  'openai-chat': 'gpt-5',
  'openai-responses': 'gpt-5',
  'anthropic-messages': 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-pro',
  'gemini-interactions': 'gemini-2.5-pro-interactions',
} as const;
type Protocol = keyof typeof prefixes;

/** Names of the gateway's models for the clients of a protocol. */
export const modelNames = {
  plain: (protocol: Protocol, row: Row): string => `${prefixes[protocol]}-plain-on-${row}`,
  thinking: (protocol: Protocol, row: Row): string => `${prefixes[protocol]}-thinking-on-${row}`,
  /** A model that one client may see rate limited without another noticing. */
  limited: (client: number, row: Row): string => `limited-${client}-on-${row}`,
};

/** USD a million tokens; an answer's tokens cost what {@link amounts} says. */
const price = '{ input: 1, cacheRead: 0.5, output: 2 }';

/** Nano-dollars of an answer: 6 tokens of input, 4 cached, 5 of output and 3 more when it thought. */
export const amounts = { usage: 18_000n, 'usage with reasoning': 24_000n } as const;

/** The gateway with its scripted upstreams and keys. */
export type Stage = {
  readonly upstreams: Upstreams;
  readonly gateway: Gateway;
  readonly books: Books;
  /** A key with money behind it, and one that may spend less than any call costs. */
  readonly keys: { readonly rich: string; readonly poor: string };
  end(): Promise<void>;
};

export async function setStage(clients: number, settings = ''): Promise<Stage> {
  const upstreams = startUpstreams();
  const gateway = await startGateway({ config: configOf(upstreams, clients, settings), commands: setUpRoot });
  const books = openBooks(gateway, undefined);
  const admin = await openAdmin(gateway);
  await admin.credit('50');
  const { key: rich } = await admin.createKey('rich');
  const poor = await admin.call<{ readonly key: string }>('POST', '/keys', { name: 'poor', limitUsd: '0.000000001' });
  return {
    upstreams,
    gateway,
    books,
    keys: { rich, poor: poor.body.key },
    async end() {
      await books.close();
      await endWell(gateway);
      await upstreams.stop();
    },
  };
}

function configOf(upstreams: Upstreams, clients: number, settings: string): string {
  const names: string[] = [];
  const channels = rowNames.flatMap((row) =>
    (['plain', 'thinking'] as const).map((kind) => {
      const { vendor, provider, model } = rows[row][kind];
      const limited = Array.from({ length: kind === 'plain' ? clients : 0 }, (_, i) => modelNames.limited(i, row));
      const named = new Set(Object.keys(prefixes).map((protocol) => modelNames[kind](protocol as Protocol, row)));
      names.push(...named, ...limited);
      const models = [
        ...[...named].map((name) => `{ name: ${name}, upstream: ${model} }`),
        ...limited.map((name, i) => `{ name: ${name}, upstream: ${model}-${i} }`),
      ];
      // Of OpenAI's two APIs each has a row of its own; of the others' several one is played.
      const textApi = textApis[row] ?? 'chat';
      const several = provider !== 'anthropic';
      const api = several ? `settings: { textApi: ${textApi} }, ` : '';
      return `  - { name: ${kind}-${row}, provider: ${provider}, ${api}baseUrl: "${upstreams.baseUrl(vendor)}", credentials: [{ apiKey: sk-up }], models: [${models.join(', ')}] }`;
    }),
  );
  return `
channels:
${channels.join('\n')}
models:
${names.map((name) => `  - { name: ${name}, price: ${price} }`).join('\n')}
settings:
  health: { failureThreshold: 1000 }
${settings}
`;
}
