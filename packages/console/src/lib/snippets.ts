/** What an application needs to speak to the gateway: code of its kind, or the configuration of a client that is there already. */

export type SnippetFacts = {
  /** Where the gateway is, without a slash at the end. */
  readonly root: string;
  /** The key itself, or what stands for it where it is not known any more. */
  readonly key: string;
  readonly model: string;
};

/** A text to copy; `where` is the file it belongs into, or `terminal`. */
export type SnippetPart = { readonly where: string; readonly text: string };

export type Snippet = {
  readonly id: SnippetId;
  readonly label: string;
  readonly parts: readonly SnippetPart[];
  /** Opens the client with all of it filled in. */
  readonly link?: string;
};

export const codeIds = ['curl', 'openai-js', 'openai-python', 'anthropic-python', 'gemini-python'] as const;
export const clientIds = ['claude-code', 'codex', 'gemini-cli', 'cline', 'cherry-studio', 'environment'] as const;
export const snippetIds = [...codeIds, ...clientIds] as const;
export type SnippetId = (typeof snippetIds)[number];

export const snippetLabels: Readonly<Record<SnippetId, string>> = {
  curl: 'curl',
  'openai-js': 'JavaScript',
  'openai-python': 'Python',
  'anthropic-python': 'Anthropic',
  'gemini-python': 'Gemini',
  'claude-code': 'Claude Code',
  codex: 'Codex',
  'gemini-cli': 'Gemini CLI',
  cline: 'Cline',
  'cherry-studio': 'Cherry Studio',
  environment: '.env',
};

const terminal = 'terminal';
const lines = (...text: readonly string[]): string => text.join('\n');
/** JSON's quoting is right for JavaScript, Python, TOML and JSON itself. */
const quoted = (text: string): string => JSON.stringify(text);
/** For a POSIX shell. */
const shell = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
const exports = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${shell(value)}`)
    .join('\n');

/** How Cherry Studio's links carry a provider: base64 with its own two letters for those that an address changes. */
function cherryLink({ root, key }: SnippetFacts): string {
  const bytes = new TextEncoder().encode(
    JSON.stringify({ id: 'tollgate', name: 'Tollgate', type: 'openai', baseUrl: root, apiKey: key }),
  );
  const data = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '_')
    .replaceAll('/', '-')
    .replace(/={1,2}$/, '');
  return `cherrystudio://providers/api-keys?v=1&data=${data}`;
}

/**
 * Claude Code asks for models of three tiers, the small one in the background, by names that a gateway need not serve.
 * https://code.claude.com/docs/en/model-config
 */
const claudeModels = (model: string): Readonly<Record<string, string>> => ({
  ANTHROPIC_MODEL: model,
  ANTHROPIC_DEFAULT_OPUS_MODEL: model,
  ANTHROPIC_DEFAULT_SONNET_MODEL: model,
  ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
});

type Made = Omit<Snippet, 'id' | 'label'>;

const makers: Readonly<Record<SnippetId, (facts: SnippetFacts) => Made>> = {
  curl: ({ root, key, model }) => ({
    parts: [
      {
        where: terminal,
        text: lines(
          `curl ${root}/v1/chat/completions \\`,
          `  -H ${shell(`Authorization: Bearer ${key}`)} \\`,
          `  -H 'Content-Type: application/json' \\`,
          `  -d ${shell(`{"model": ${quoted(model)}, "messages": [{"role": "user", "content": "Hello"}]}`)}`,
        ),
      },
    ],
  }),
  'openai-js': ({ root, key, model }) => ({
    parts: [
      { where: terminal, text: 'npm install openai' },
      {
        where: 'hello.mjs',
        text: lines(
          `import OpenAI from 'openai';`,
          ``,
          `const client = new OpenAI({`,
          `  baseURL: ${quoted(`${root}/v1`)},`,
          `  apiKey: ${quoted(key)},`,
          `});`,
          `const answer = await client.chat.completions.create({`,
          `  model: ${quoted(model)},`,
          `  messages: [{ role: 'user', content: 'Hello' }],`,
          `});`,
          `console.log(answer.choices[0].message.content);`,
        ),
      },
    ],
  }),
  'openai-python': ({ root, key, model }) => ({
    parts: [
      { where: terminal, text: 'pip install openai' },
      {
        where: 'hello.py',
        text: lines(
          `from openai import OpenAI`,
          ``,
          `client = OpenAI(base_url=${quoted(`${root}/v1`)}, api_key=${quoted(key)})`,
          `answer = client.chat.completions.create(`,
          `    model=${quoted(model)},`,
          `    messages=[{"role": "user", "content": "Hello"}],`,
          `)`,
          `print(answer.choices[0].message.content)`,
        ),
      },
    ],
  }),
  'anthropic-python': ({ root, key, model }) => ({
    parts: [
      { where: terminal, text: 'pip install anthropic' },
      {
        where: 'hello.py',
        text: lines(
          `from anthropic import Anthropic`,
          ``,
          `client = Anthropic(base_url=${quoted(root)}, api_key=${quoted(key)})`,
          `message = client.messages.create(`,
          `    model=${quoted(model)},`,
          `    max_tokens=1024,`,
          `    messages=[{"role": "user", "content": "Hello"}],`,
          `)`,
          `print(message.content[0].text)`,
        ),
      },
    ],
  }),
  'gemini-python': ({ root, key, model }) => ({
    parts: [
      { where: terminal, text: 'pip install google-genai' },
      {
        where: 'hello.py',
        text: lines(
          `from google import genai`,
          ``,
          `client = genai.Client(`,
          `    api_key=${quoted(key)},`,
          `    http_options={"base_url": ${quoted(root)}},`,
          `)`,
          `answer = client.models.generate_content(model=${quoted(model)}, contents="Hello")`,
          `print(answer.text)`,
        ),
      },
    ],
  }),
  'claude-code': ({ root, key, model }) => ({
    parts: [
      {
        where: '~/.claude/settings.json',
        text: JSON.stringify(
          { env: { ANTHROPIC_BASE_URL: root, ANTHROPIC_AUTH_TOKEN: key, ...claudeModels(model) } },
          undefined,
          2,
        ),
      },
      {
        where: terminal,
        text: lines(exports({ ANTHROPIC_BASE_URL: root, ANTHROPIC_AUTH_TOKEN: key, ...claudeModels(model) }), 'claude'),
      },
    ],
  }),
  codex: ({ root, key, model }) => ({
    parts: [
      {
        where: '~/.codex/config.toml',
        text: lines(
          `model = ${quoted(model)}`,
          `model_provider = "tollgate"`,
          ``,
          `[model_providers.tollgate]`,
          `name = "Tollgate"`,
          `base_url = ${quoted(`${root}/v1`)}`,
          `env_key = "TOLLGATE_KEY"`,
          `wire_api = "responses"`,
        ),
      },
      { where: terminal, text: lines(exports({ TOLLGATE_KEY: key }), 'codex') },
    ],
  }),
  'gemini-cli': ({ root, key, model }) => ({
    parts: [
      {
        where: '~/.gemini/.env',
        text: lines(`GOOGLE_GEMINI_BASE_URL=${root}`, `GEMINI_API_KEY=${key}`, `GEMINI_MODEL=${model}`),
      },
      {
        where: '~/.gemini/settings.json',
        text: JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }, undefined, 2),
      },
    ],
  }),
  cline: ({ root, key, model }) => ({
    parts: [
      {
        where: 'Cline › Settings › API Provider',
        text: lines(`API Provider: OpenAI Compatible`, `Base URL: ${root}/v1`, `API Key: ${key}`, `Model ID: ${model}`),
      },
    ],
  }),
  'cherry-studio': (facts) => ({
    parts: [
      {
        where: 'Cherry Studio › Settings › Model Provider › Add',
        text: lines(
          `Provider Type: OpenAI`,
          `API Key: ${facts.key}`,
          `API Host: ${facts.root}`,
          `Model: ${facts.model}`,
        ),
      },
    ],
    link: cherryLink(facts),
  }),
  environment: ({ root, key }) => ({
    parts: [
      {
        where: '.env',
        text: lines(
          `OPENAI_BASE_URL=${root}/v1`,
          `OPENAI_API_KEY=${key}`,
          `ANTHROPIC_BASE_URL=${root}`,
          `ANTHROPIC_API_KEY=${key}`,
          `GOOGLE_GEMINI_BASE_URL=${root}`,
          `GEMINI_API_KEY=${key}`,
        ),
      },
    ],
  }),
};

/** The snippet of a kind of application, ready to be copied. */
export const snippetOf = (id: SnippetId, facts: SnippetFacts): Snippet => ({
  id,
  label: snippetLabels[id],
  ...makers[id](facts),
});
