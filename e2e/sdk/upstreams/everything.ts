import { startBeyondText, beyondTextChannels, beyondTextPrices } from './beyond-text.ts';
import { fileAccountsConfig, startFileAccounts } from './file-accounts.ts';
import { startKeeper } from './keeper.ts';
import { textVendors, type Json } from './text-vendors.ts';
import { startGoogle, startLive, startSpeaking } from './sessions.ts';

/** One account at each vendor that has everything its SDK asks for, for tests that ask all of it through one key. */
export type Everything = {
  /** Channels and models, as `tollgate.yaml` has them, whose group opens all that can be opened. */
  readonly config: string;
  stop(): Promise<void>;
};

const keptThings =
  /^\/(?:conversations|containers|vector_stores|skills|agents|vaults|environments|uploads|videos\/characters)(?:\/|$)/;

/** Starts all vendors behind one port, each at a path of its own. */
export function startEverything(): Everything {
  const [beyond, files, keeper] = [startBeyondText(), startFileAccounts(), startKeeper()];
  const [speaking, live, talking] = [startSpeaking(), startLive(), startGoogle()];
  const text = textVendors();
  const port = (at: number): string => `http://127.0.0.1:${at}`;

  /** Who of them answers, and by which path. */
  const placeOf = (path: string): string => {
    const [, vendor = '', below = ''] = /^\/(openai\/v1|anthropic\/v1|gemini)(\/.*)$/.exec(path) ?? [];
    if (vendor === 'gemini')
      return /gemini-vectors|gemini-embedding-2|imagen/.test(below)
        ? port(beyond.port) + path
        : port(files.port) + below;
    if (/^\/(?:files|batches|messages\/batches)(?:\/|$)/.test(below)) return `${port(files.port)}/v1${below}`;
    if (keptThings.test(below)) return keeper.url + path;
    return port(beyond.port) + path;
  };
  const front = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const bytes = await request.arrayBuffer();
      const isJson =
        headers.get('content-type')?.includes('json') === true &&
        bytes.byteLength > 0 &&
        !pathname.includes('/upload/');
      const body = isJson ? (JSON.parse(new TextDecoder().decode(bytes)) as Json) : {};
      const own =
        text.openai(method, pathname.replace(/^\/openai\/v1/, ''), body) ??
        text.anthropic(pathname.replace(/^\/anthropic\/v1/, ''), body) ??
        text.google(method, pathname.replace(/^\/gemini/, ''), body);
      if (own) return own;
      const passed = new Headers(headers);
      passed.delete('host');
      return await fetch(placeOf(pathname) + search, {
        method,
        headers: passed,
        ...(method !== 'GET' && { body: bytes }),
      });
    },
  });
  const at = port(front.port ?? 0);
  const { prices } = fileAccountsConfig(0);
  return {
    config: `
channels:
${beyondTextChannels(front.port ?? 0, { openai: ['gpt-4o-mini'], gemini: ['gemini-2.5-flash', 'gemini-embedding-001'] })}
  - { name: anthropic, provider: anthropic, baseUrl: "${at}/anthropic", credentials: [{ apiKey: sk-upstream }], models: [claude-haiku-4-5] }
  - { name: speaking, provider: openai, baseUrl: "${port(speaking.port ?? 0)}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-realtime, gpt-4o-mini-transcribe], priority: -1 }
  - { name: live, provider: openai, baseUrl: "${port(live.port ?? 0)}/v1", credentials: [{ apiKey: sk-upstream }], models: [gpt-live-1], priority: -1 }
  - { name: talking, provider: gemini, baseUrl: "${port(talking.port ?? 0)}", credentials: [{ apiKey: AIza-upstream }], models: [gemini-live], priority: -1 }
models:
${beyondTextPrices}${prices}
  - { name: gpt-realtime, price: { input: 4, cacheRead: 0.4, inputAudio: 32, output: 16, outputAudio: 64 } }
  - { name: gpt-4o-mini-transcribe, price: { input: 2.5, inputAudio: 6, output: 10 } }
  - { name: gpt-live-1, price: { input: 0, output: 0, perSecond: 0.001 } }
  - { name: gemini-live, price: { input: 1, inputAudio: 3, output: 4, outputAudio: 12 } }
  - { name: gpt-helper, price: { input: 1, output: 2 } }
groups:
  - { name: default, multiplier: 1, openEndpoints: [conversations, containers, vector-stores, skills, agents, environments, vaults, characters, cached-contents] }
`,
    async stop() {
      await Promise.all([
        front.stop(true),
        beyond.stop(),
        files.stop(),
        keeper.stop(),
        speaking.stop(true),
        live.stop(true),
        talking.stop(true),
      ]);
    },
  };
}
