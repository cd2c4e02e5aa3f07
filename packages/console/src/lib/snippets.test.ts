import { describe, expect, test } from 'bun:test';
import { snippetIds, snippetOf } from './snippets.ts';

const facts = { root: 'https://gate.example', key: 'sk-abc', model: 'gpt-4o-mini' };
const textOf = (id: (typeof snippetIds)[number], of = facts): string =>
  snippetOf(id, of)
    .parts.map(({ text }) => text)
    .join('\n');

describe('snippets', () => {
  test('each carries the address and the key', () => {
    for (const id of snippetIds) {
      expect(`${id} ${textOf(id).includes('https://gate.example')}`).toBe(`${id} true`);
      expect(`${id} ${textOf(id).includes('sk-abc')}`).toBe(`${id} true`);
    }
  });

  test('OpenAI’s and Codex want the version in the address, Anthropic’s and Google’s add their own', () => {
    for (const id of ['curl', 'openai-js', 'openai-python', 'codex', 'cline'] as const)
      expect(textOf(id)).toContain('https://gate.example/v1');
    for (const id of ['anthropic-python', 'gemini-python', 'claude-code', 'gemini-cli', 'cherry-studio'] as const)
      expect(textOf(id)).not.toContain('https://gate.example/v1');
  });

  test('the shell reads curl’s body as it was meant, whatever the model is called', async () => {
    const model = `it's "odd" $HOME \`id\``;
    const command = textOf('curl', { ...facts, model }).replace(/^curl/, 'printf "%s\\n"');
    const shown = await new Response(Bun.spawn(['sh', '-c', command]).stdout).text();
    const body: unknown = JSON.parse(shown.split('\n').find((line) => line.startsWith('{')) ?? '');
    expect(body).toEqual({ model, messages: [{ role: 'user', content: 'Hello' }] });
  });

  test('configuration files parse', () => {
    const [settings] = snippetOf('claude-code', facts).parts;
    expect(JSON.parse(settings?.text ?? '')).toEqual({
      env: {
        ANTHROPIC_BASE_URL: 'https://gate.example',
        ANTHROPIC_AUTH_TOKEN: 'sk-abc',
        ANTHROPIC_MODEL: 'gpt-4o-mini',
        ANTHROPIC_DEFAULT_OPUS_MODEL: 'gpt-4o-mini',
        ANTHROPIC_DEFAULT_SONNET_MODEL: 'gpt-4o-mini',
        ANTHROPIC_DEFAULT_HAIKU_MODEL: 'gpt-4o-mini',
      },
    });
    const [toml] = snippetOf('codex', facts).parts;
    expect(Bun.TOML.parse(toml?.text ?? '')).toEqual({
      model: 'gpt-4o-mini',
      model_provider: 'tollgate',
      model_providers: {
        tollgate: {
          name: 'Tollgate',
          base_url: 'https://gate.example/v1',
          env_key: 'TOLLGATE_KEY',
          wire_api: 'responses',
        },
      },
    });
  });

  test('Cherry Studio’s link is what its reader expects', () => {
    const link = snippetOf('cherry-studio', { ...facts, key: 'sk-ÿÿÿ>>>???' }).link ?? '';
    const data = new URL(link).searchParams.get('data') ?? '';
    expect(data).toMatch(/^[\w-]+$/);
    const bytes = Buffer.from(data.replaceAll('_', '+').replaceAll('-', '/'), 'base64');
    expect(JSON.parse(bytes.toString())).toEqual({
      id: 'tollgate',
      name: 'Tollgate',
      type: 'openai',
      baseUrl: 'https://gate.example',
      apiKey: 'sk-ÿÿÿ>>>???',
    });
  });
});
