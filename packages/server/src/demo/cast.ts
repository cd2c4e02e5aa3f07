import type { ChannelInput } from '@tollgate/contract/api/configuration';
import type { ProtocolId } from '@tollgate/wire/protocol';

/** Who and what there is in the demonstration: a company of forty with fifteen accounts at a dozen providers. */

export type CastModel = {
  readonly name: string;
  /** How often it is asked for, beside the others. */
  readonly share: number;
  /** Medians: time to the first token, output tokens a second, tokens in and out. */
  readonly ttftMs: number;
  readonly speed: number;
  readonly input: number;
  readonly output: number;
  /** Share of the input that a prompt cache answers. */
  readonly cached?: number;
  readonly thinks?: boolean;
  readonly embeds?: boolean;
};

export const models: readonly CastModel[] = [
  { name: 'gpt-5.1', share: 14, ttftMs: 900, speed: 75, input: 2400, output: 420, cached: 0.45, thinks: true },
  { name: 'gpt-5-mini', share: 16, ttftMs: 480, speed: 120, input: 1500, output: 260, cached: 0.3 },
  { name: 'gpt-4.1', share: 8, ttftMs: 550, speed: 90, input: 1900, output: 320, cached: 0.25 },
  { name: 'gpt-4o-mini', share: 9, ttftMs: 420, speed: 95, input: 900, output: 190 },
  { name: 'claude-sonnet-4-5', share: 17, ttftMs: 1100, speed: 68, input: 9800, output: 510, cached: 0.72 },
  {
    name: 'claude-opus-4-5',
    share: 4,
    ttftMs: 1800,
    speed: 48,
    input: 14_000,
    output: 640,
    cached: 0.75,
    thinks: true,
  },
  { name: 'claude-haiku-4-5', share: 7, ttftMs: 500, speed: 140, input: 3100, output: 240, cached: 0.5 },
  { name: 'gemini-2.5-flash', share: 8, ttftMs: 430, speed: 190, input: 2600, output: 300, cached: 0.2 },
  { name: 'gemini-2.5-pro', share: 5, ttftMs: 2100, speed: 85, input: 5200, output: 700, thinks: true },
  { name: 'deepseek-chat', share: 4, ttftMs: 950, speed: 42, input: 1300, output: 330, cached: 0.4 },
  { name: 'mistral-small-latest', share: 2, ttftMs: 380, speed: 130, input: 700, output: 160 },
  { name: 'llama-3.3-70b-versatile', share: 2, ttftMs: 210, speed: 270, input: 800, output: 200 },
  { name: 'northwind-support-7b', share: 2, ttftMs: 300, speed: 60, input: 1100, output: 180 },
  { name: 'text-embedding-3-small', share: 6, ttftMs: 180, speed: 0, input: 620, output: 0, embeds: true },
];

export type CastChannel = {
  readonly input: Pick<ChannelInput, 'name' | 'provider' | 'groups' | 'priority' | 'weight'> &
    Partial<Pick<ChannelInput, 'baseUrl' | 'settings' | 'overrides' | 'models'>>;
  readonly keys: readonly string[];
  readonly serves: readonly string[];
  /** Share of attempts that fail, in ordinary times. */
  readonly fails: number;
  /** What its provider charges, in percent of the model’s price; undefined where nobody has said so. */
  readonly costPercent?: string;
  /** How much slower than the model's own pace. */
  readonly slower?: number;
  /** What goes wrong there while somebody tries the demonstration. */
  readonly now?: 'degraded' | 'rate limited';
  /** Index of a key that has no money left. */
  readonly exhaustedKey?: number;
  /** Switched off so many days ago. */
  readonly off?: { readonly daysAgo: number; readonly by: 'administrator' | 'gateway'; readonly reason: string };
  /** It was worse for a while: from so many hours ago, for so many hours. */
  readonly incident?: { readonly hoursAgo: number; readonly hours: number; readonly fails: number };
};

const everybody = ['default', 'engineering', 'research', 'product', 'partners'];
const gpt = ['gpt-5.1', 'gpt-5-mini', 'gpt-4.1', 'gpt-4o-mini', 'text-embedding-3-small'];
const claude = ['claude-sonnet-4-5', 'claude-opus-4-5', 'claude-haiku-4-5'];

/** Keys of accounts that do not exist; `demo` in them says so. */
const key = (prefix: string, rest: string): string => `${prefix}demo-${rest}`;

export const channels: readonly CastChannel[] = [
  {
    input: { name: 'openai-main', provider: 'openai', groups: everybody, priority: 10, weight: 6 },
    keys: [
      key('sk-', 'openai-main-one-4f8a'),
      key('sk-', 'openai-main-two-91bc'),
      key('sk-', 'openai-main-three-d07e'),
    ],
    serves: gpt,
    costPercent: '92',
    fails: 0.012,
    incident: { hoursAgo: 220, hours: 3, fails: 0.62 },
  },
  {
    input: { name: 'openai-backup', provider: 'openai', groups: everybody, priority: 5, weight: 1 },
    keys: [key('sk-', 'openai-backup-77aa')],
    serves: gpt,
    costPercent: '92',
    fails: 0.015,
  },
  {
    input: {
      name: 'azure-west-europe',
      provider: 'azure-openai',
      baseUrl: 'https://northwind-weu.openai.azure.com',
      groups: everybody,
      priority: 10,
      weight: 3,
    },
    keys: [key('az', 'weu-2b6d')],
    serves: ['gpt-4.1', 'gpt-4o-mini', 'gpt-5-mini'],
    costPercent: '100',
    fails: 0.02,
    slower: 1.25,
  },
  {
    input: { name: 'anthropic-main', provider: 'anthropic', groups: everybody, priority: 10, weight: 5 },
    keys: [key('sk-ant-', 'main-one-0c3f'), key('sk-ant-', 'main-two-8e51')],
    serves: claude,
    costPercent: '100',
    fails: 0.02,
    exhaustedKey: 1,
    incident: { hoursAgo: 60, hours: 2, fails: 0.7 },
  },
  {
    input: { name: 'anthropic-research', provider: 'anthropic', groups: ['research'], priority: 20, weight: 1 },
    keys: [key('sk-ant-', 'research-b7d9')],
    serves: claude,
    costPercent: '100',
    fails: 0.008,
  },
  {
    input: { name: 'gemini-main', provider: 'gemini', groups: everybody, priority: 10, weight: 4 },
    keys: [key('AIza', 'main-5t2x'), key('AIza', 'second-9k1m')],
    serves: ['gemini-2.5-flash', 'gemini-2.5-pro'],
    costPercent: '85',
    fails: 0.018,
  },
  {
    input: { name: 'gemini-free-tier', provider: 'gemini', groups: everybody, priority: 12, weight: 1 },
    keys: [key('AIza', 'free-3c8v')],
    serves: ['gemini-2.5-flash'],
    costPercent: '0',
    fails: 0.24,
    now: 'rate limited',
  },
  {
    input: { name: 'deepseek', provider: 'deepseek', groups: everybody, priority: 10, weight: 1 },
    keys: [key('sk-', 'deepseek-e2f0')],
    serves: ['deepseek-chat'],
    costPercent: '100',
    fails: 0.05,
    slower: 1.1,
  },
  {
    input: { name: 'mistral-eu', provider: 'mistral', groups: everybody, priority: 10, weight: 1 },
    keys: [key('', 'mistral-eu-a44c')],
    serves: ['mistral-small-latest'],
    costPercent: '100',
    fails: 0.03,
  },
  {
    input: {
      name: 'groq-fast',
      provider: 'groq',
      groups: ['engineering', 'product', 'research'],
      priority: 10,
      weight: 1,
    },
    keys: [key('gsk_', 'fast-6d21')],
    serves: ['llama-3.3-70b-versatile'],
    costPercent: '100',
    fails: 0.04,
    now: 'degraded',
    incident: { hoursAgo: 20, hours: 20, fails: 0.34 },
  },
  {
    input: {
      name: 'openrouter-fallback',
      provider: 'openrouter',
      groups: everybody,
      priority: -10,
      weight: 1,
      overrides: {
        headers: { set: { 'x-title': 'Northwind' }, remove: [], pass: [] },
        body: { set: {}, remove: [], operations: [] },
      },
    },
    keys: [key('sk-or-', 'fallback-c01d')],
    serves: [
      ...gpt.slice(0, 4),
      ...claude,
      'gemini-2.5-flash',
      'gemini-2.5-pro',
      'llama-3.3-70b-versatile',
      'deepseek-chat',
    ],
    costPercent: '105.5',
    fails: 0.03,
    slower: 1.4,
  },
  {
    input: {
      name: 'support-model',
      provider: 'ollama',
      baseUrl: 'http://gpu-rack-2.internal:11434/v1',
      groups: everybody,
      priority: 10,
      weight: 1,
    },
    keys: [''],
    serves: ['northwind-support-7b'],
    fails: 0.006,
  },
  {
    input: { name: 'xai-trial', provider: 'xai', groups: ['research'], priority: 1, weight: 1 },
    keys: [key('xai-', 'trial-f3a8')],
    serves: ['grok-4.3'],
    fails: 0,
    off: { daysAgo: 17, by: 'administrator', reason: 'The trial has ended; procurement decides in December.' },
  },
  {
    input: { name: 'together-batch', provider: 'together', groups: everybody, priority: -5, weight: 1 },
    keys: [key('', 'together-29e7')],
    serves: ['llama-3.3-70b-versatile'],
    fails: 0.3,
    off: { daysAgo: 4, by: 'gateway', reason: 'Its key was refused 5 times in a row: 401 Invalid API key provided.' },
  },
  {
    input: { name: 'openai-legacy-account', provider: 'openai', groups: ['partners'], priority: 0, weight: 1 },
    keys: [key('sk-', 'legacy-one-1f1f'), key('sk-', 'legacy-two-2c2c')],
    serves: ['gpt-4o-mini'],
    fails: 0.02,
    off: { daysAgo: 9, by: 'administrator', reason: 'Replaced by openai-backup; kept for its history.' },
  },
];

export const groups: readonly {
  readonly name: string;
  readonly multiplier: string;
  readonly userGroups?: Record<string, string>;
}[] = [
  { name: 'engineering', multiplier: '1' },
  { name: 'research', multiplier: '0.8', userGroups: { partners: '1.1' } },
  { name: 'product', multiplier: '1' },
  { name: 'partners', multiplier: '1.25' },
];

export type CastPerson = {
  readonly name: string;
  readonly group: string;
  readonly role?: 'admin';
  /** How busy, beside the others. */
  readonly share: number;
  /** What their applications speak. */
  readonly speaks: ProtocolId;
  /** What they mostly ask for; otherwise as everybody does. */
  readonly prefers?: readonly string[];
  readonly topUpUsd: string;
  /** Pays nothing in when the wallet is empty. */
  readonly poor?: boolean;
  /** Cannot sign in any more, since so many days. */
  readonly leftDaysAgo?: number;
};

const coder = { group: 'engineering', speaks: 'anthropic-messages', prefers: claude, topUpUsd: '150' } as const;
const app = { group: 'product', speaks: 'openai-chat', topUpUsd: '80' } as const;
const scientist = { group: 'research', speaks: 'openai-chat', topUpUsd: '120' } as const;
const partner = {
  group: 'partners',
  speaks: 'openai-chat',
  prefers: ['gpt-4o-mini', 'gpt-5-mini'],
  topUpUsd: '40',
} as const;

/** The first is the member whose password is told. */
export const people: readonly CastPerson[] = [
  { name: 'Maya Lindqvist', ...app, share: 9, topUpUsd: '100' },
  { name: 'Tomás Herrera', ...coder, share: 14, role: 'admin' },
  { name: 'Priya Raman', ...coder, share: 12 },
  { name: 'Jonas Weber', ...coder, share: 11 },
  { name: 'Aiko Tanaka', ...coder, share: 9 },
  { name: 'Daniel Okafor', ...coder, share: 8, speaks: 'openai-responses', prefers: ['gpt-5.1', 'gpt-5-mini'] },
  { name: 'Sofia Rossi', ...coder, share: 7, speaks: 'openai-responses', prefers: ['gpt-5.1'] },
  { name: 'Liam Byrne', ...coder, share: 6 },
  { name: 'Chen Wei', ...coder, share: 6, prefers: ['deepseek-chat', 'claude-sonnet-4-5'] },
  { name: 'Fatima Zahra', ...coder, share: 5 },
  {
    name: 'Support assistant',
    ...app,
    share: 22,
    prefers: ['northwind-support-7b', 'gpt-5-mini', 'gpt-4o-mini'],
    topUpUsd: '200',
  },
  { name: 'Product search', ...app, share: 18, prefers: ['text-embedding-3-small', 'gemini-2.5-flash'] },
  { name: 'Checkout copilot', ...app, share: 15, prefers: ['gpt-4.1', 'gpt-5-mini'], topUpUsd: '150' },
  { name: 'Newsletter writer', ...app, share: 5 },
  { name: 'Translation service', ...app, share: 11, prefers: ['gemini-2.5-flash', 'mistral-small-latest'] },
  { name: 'Image captions', ...app, share: 7, speaks: 'gemini', prefers: ['gemini-2.5-flash'] },
  { name: 'Ingrid Solberg', ...app, share: 3 },
  { name: 'Marco Bianchi', ...app, share: 3 },
  { name: 'Hannah Schmidt', ...app, share: 2 },
  { name: 'Omar Haddad', ...app, share: 2, leftDaysAgo: 6 },
  { name: 'Yuki Mori', ...scientist, share: 8, prefers: ['gemini-2.5-pro', 'claude-opus-4-5'] },
  { name: 'Elena Petrova', ...scientist, share: 7, prefers: ['claude-opus-4-5', 'gpt-5.1'] },
  { name: 'David Cohen', ...scientist, share: 5 },
  { name: 'Amara Nwosu', ...scientist, share: 5, speaks: 'gemini', prefers: ['gemini-2.5-pro'] },
  { name: 'Lucas Martin', ...scientist, share: 4 },
  {
    name: 'Evaluation runner',
    ...scientist,
    share: 16,
    prefers: ['gpt-5.1', 'claude-sonnet-4-5', 'gemini-2.5-pro', 'llama-3.3-70b-versatile'],
    topUpUsd: '300',
  },
  { name: 'Noor Jansen', ...scientist, share: 3 },
  { name: 'Pavel Novák', ...scientist, share: 2 },
  { name: 'Acme Logistics', ...partner, share: 8 },
  { name: 'Blue Harbor Travel', ...partner, share: 6 },
  { name: 'Cedar Insurance', ...partner, share: 5, poor: true, topUpUsd: '4' },
  { name: 'Delta Freight', ...partner, share: 3 },
  { name: 'Evergreen Foods', ...partner, share: 3 },
  { name: 'Fjord Analytics', ...partner, share: 2, poor: true, topUpUsd: '2' },
  { name: 'Grace Kim', group: 'default', speaks: 'openai-chat', share: 2, topUpUsd: '25' },
  { name: 'Henrik Larsen', group: 'default', speaks: 'openai-chat', share: 2, topUpUsd: '25' },
  { name: 'Isabel Torres', group: 'default', speaks: 'anthropic-messages', share: 2, topUpUsd: '25' },
  { name: 'Julia Kowalska', group: 'default', speaks: 'openai-chat', share: 1, topUpUsd: '25' },
  { name: 'Kwame Mensah', group: 'default', speaks: 'openai-chat', share: 1, topUpUsd: '25' },
];

/** The administrator whose password is told: the account that was made before all others. */
export const firstPerson: CastPerson = {
  name: 'Alex Morgan',
  group: 'default',
  speaks: 'openai-chat',
  share: 4,
  prefers: ['gpt-5-mini', 'claude-sonnet-4-5', 'gemini-2.5-flash'],
  topUpUsd: '50',
};
