import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { anthropicMessages } from './clients/anthropic.ts';
import { googleGenai } from './clients/google.ts';
import { openaiChat, openaiResponses } from './clients/openai.ts';
import { modelNames, rowNames, setStage, type Row, type Stage } from './stage.ts';
import { lines, prompts, tokens } from './upstreams/play.ts';

setDefaultTimeout(60_000);

/**
 * The vendors' own SDKs before an upstream that is silent for long, at first and half-way: what keeps the stream alive
 * meanwhile is nothing to them, and the answer is whole.
 */
const makers = [openaiChat, openaiResponses, anthropicMessages, googleGenai];

let stage: Stage;
beforeAll(async () => {
  stage = await setStage(0, '  relay: { holdBackMs: 50, keepAliveMs: 60 }');
});
afterAll(() => stage?.end());

describe.each(makers.map((make) => [make('http://gateway', 'sk-none').name, make] as const))('%s', (_, make) => {
  test.each(rowNames)('hears the whole of a slow answer on %s', async (row) => {
    const client = make(stage.gateway.url, stage.keys.rich);
    const model = modelNames.plain(client.protocol, row);
    const answer = await client.begin({ model, stream: true }).say(prompts.slow);
    expect(answer).toMatchObject({ text: lines.hello, complete: true });
    if (answer.usage) expect(answer.usage).toEqual({ input: tokens.input, output: tokens.output });
  });
});

const user = [{ role: 'user', content: prompts.slow }];
const asked = {
  'openai-chat': { path: '/v1/chat/completions', body: { messages: user } },
  'openai-responses': { path: '/v1/responses', body: { input: prompts.slow } },
  'anthropic-messages': { path: '/v1/messages', body: { messages: user, max_tokens: 99 } },
  gemini: { path: undefined, body: { contents: [{ role: 'user', parts: [{ text: prompts.slow }] }] } },
} as const;

test.each(Object.keys(asked) as (keyof typeof asked)[])('%s: there is something to hear of it', async (protocol) => {
  const check = async (row: Row): Promise<void> => {
    const model = modelNames.plain(protocol, row);
    const path = asked[protocol].path ?? `/v1beta/models/${model}:streamGenerateContent?alt=sse`;
    const reply = await fetch(new URL(path, stage.gateway.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.keys.rich}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...(protocol !== 'gemini' && { model, stream: true }), ...asked[protocol].body }),
    });
    const raw = await reply.text();
    expect(reply.status).toBe(200);
    // On Gemini's streams a blank line, which its SDKs bear; on others a comment, and never an event.
    const signs = protocol === 'gemini' ? raw.match(/\n\n\n/g) : raw.match(/^: keep-alive$/gm);
    expect(signs?.length ?? 0).toBeGreaterThan(1);
    if (protocol !== 'anthropic-messages') expect(raw).not.toContain('ping');
  };
  await Promise.all(rowNames.map(check));
});
