import { describe, expect, test } from 'bun:test';
import { providerOfKey } from '@tollgate/contract/provider-of-key';
import { providers } from './index.ts';

const keyed = providers.map(({ id, keyPrefixes = [], keyPatterns = [] }) => ({ id, keyPrefixes, keyPatterns }));
const told = (key: string): string | undefined => providerOfKey(key, keyed)?.id;
const x = (length: number): string => 'x'.repeat(length);
const hex = (length: number): string => '0a'.repeat(length / 2);

describe('a pasted key tells its provider', () => {
  const rows: readonly (readonly [string, string])[] = [
    [`AIza${x(35)}`, 'gemini'],
    [`AQ.Ab8${x(47)}`, 'gemini'],
    [`ABSK${x(128)}`, 'bedrock'],
    [`bedrock-api-key-${x(300)}`, 'bedrock'],
    [`${hex(32)}.${x(16)}`, 'zhipu'],
    [`sk-${x(20)}T3BlbkFJ${x(20)}`, 'openai'],
    [`sk-proj-${x(74)}T3BlbkFJ${x(74)}`, 'openai'],
    [`sk-svcacct-${x(40)}`, 'openai'],
    [`sk-ant-api03-${x(95)}`, 'anthropic'],
    [`sk-or-v1-${hex(64)}`, 'openrouter'],
    [`${x(52)}JQQJ99BFAC${x(14)}ACOG${x(4)}`, 'azure-openai'],
    ['{\n  "type": "service_account",\n  "project_id": "p"\n}', 'vertex'],
    [`sk-cp-${x(40)}`, 'minimax'],
    [`sk-api-${x(40)}`, 'minimax'],
    [`sk-kimi-${x(40)}`, 'kimi-for-coding'],
    [`gsk_${x(52)}`, 'groq'],
    [`xai-${x(80)}`, 'xai'],
    [`pplx-${x(48)}`, 'perplexity'],
    [`nvapi-${x(64)}`, 'nvidia'],
    [`hf_${x(34)}`, 'huggingface'],
    [`r8_${x(37)}`, 'replicate'],
    [`sk-helicone-${x(28)}`, 'helicone'],
    [`llmgtwy_${x(40)}`, 'llmgateway'],
    [`sk-nano-${x(36)}`, 'nano-gpt'],
    [`rqsty-sk-${x(60)}`, 'requesty'],
    [`wandb_v1_${x(76)}`, 'wandb'],
    [`sk-ss-v1-${hex(64)}`, 'zenmux'],
    [`sk-ai-v1-${hex(64)}`, 'zenmux'],
    [`VENICE-INFERENCE-KEY-${x(42)}`, 'venice'],
    [`tp-${x(40)}`, 'xiaomi-token-plan'],
  ];
  for (const [key, id] of rows) test(`${key.slice(0, 24)}… is of ${id}`, () => expect(told(key)).toBe(id));

  test.each([`sk-${hex(32)}`, hex(32), x(40), `${hex(32)}.${x(15)}`, 'Bearer sk-ant-1', ''])(
    '%p could be of several',
    (key) => expect(told(key)).toBeUndefined(),
  );

  test('each provider is told by what its row says', () => {
    for (const { id, keyPrefixes, keyPatterns } of keyed) {
      for (const prefix of keyPrefixes) expect(`${prefix} ${told(`${prefix}1`)}`).toBe(`${prefix} ${id}`);
      for (const pattern of keyPatterns) expect(pattern).toMatch(/^\^.*\$$/);
    }
  });

  test('the field that a key goes into is one of the credential', () => {
    for (const provider of providers) {
      if (provider.keyField === undefined) continue;
      expect(Object.keys((provider.credential as { readonly shape?: object }).shape ?? {})).toContain(
        provider.keyField,
      );
    }
  });
});
