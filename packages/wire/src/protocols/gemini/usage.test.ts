import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { inputTokens, outputTokens } from '../../ir/usage.ts';
import { mergeRawUsage, readGeminiUsage, writeGeminiUsage } from './usage.ts';

describe('readGeminiUsage', () => {
  test('counts tools and reasoning in, and each token once', () => {
    expect(
      readGeminiUsage({
        promptTokenCount: 1000,
        cachedContentTokenCount: 600,
        toolUsePromptTokenCount: 50,
        candidatesTokenCount: 30,
        thoughtsTokenCount: 70,
        totalTokenCount: 1150,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 700 },
          { modality: 'IMAGE', tokenCount: 258 },
          { modality: 'AUDIO', tokenCount: 42 },
        ],
        cacheTokensDetails: [
          { modality: 'TEXT', tokenCount: 500 },
          { modality: 'IMAGE', tokenCount: 100 },
        ],
      }),
    ).toEqual({ cacheRead: 600, inputImage: 158, inputAudio: 42, inputText: 250, outputText: 100, reasoning: 70 });
  });

  test('takes what protobuf leaves out for zero', () => {
    expect(readGeminiUsage({ promptTokenCount: 9, totalTokenCount: 9 })).toEqual({ inputText: 9, outputText: 0 });
    expect(readGeminiUsage({ prompt_token_count: 9, thoughts_token_count: 5, total_token_count: 14 })).toEqual({
      inputText: 9,
      outputText: 5,
      reasoning: 5,
    });
    expect(readGeminiUsage({ totalTokenCount: 14, candidatesTokenCount: 4 })).toEqual({ inputText: 10, outputText: 4 });
    expect(readGeminiUsage({})).toBeUndefined();
    expect(readGeminiUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined();
  });

  test('sets generated images apart', () => {
    const usage = readGeminiUsage({
      promptTokenCount: 5,
      candidatesTokenCount: 1300,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    });
    expect(usage).toEqual({ inputText: 5, outputImage: 1290, outputText: 10 });
  });

  test('sums to what was reported, and survives being written', () => {
    const count = fc.nat(100_000);
    fc.assert(
      fc.property(
        fc.record({
          promptTokenCount: count,
          candidatesTokenCount: count,
          thoughtsTokenCount: count,
          cachedContentTokenCount: count,
          toolUsePromptTokenCount: count,
          promptTokensDetails: fc.array(
            fc.record({ modality: fc.constantFrom('TEXT', 'IMAGE', 'AUDIO', 'VIDEO'), tokenCount: count }),
          ),
        }),
        (raw) => {
          const usage = readGeminiUsage(raw) ?? {};
          expect(inputTokens(usage)).toBe(raw.promptTokenCount + raw.toolUsePromptTokenCount);
          expect(outputTokens(usage)).toBe(raw.candidatesTokenCount + raw.thoughtsTokenCount);
          const again = readGeminiUsage(writeGeminiUsage(usage)) ?? {};
          expect(inputTokens(again)).toBe(inputTokens(usage));
          expect(outputTokens(again)).toBe(outputTokens(usage));
          expect(again.reasoning).toBe(usage.reasoning);
          expect(again.cacheRead).toBe(usage.cacheRead);
        },
      ),
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (raw) => {
        readGeminiUsage(raw);
      }),
    );
  });
});

test('a later report replaces an earlier one, but for what it leaves out', () => {
  const first = { promptTokenCount: 5, cachedContentTokenCount: 2 };
  expect(mergeRawUsage(first, { promptTokenCount: 5, candidatesTokenCount: 3, trafficType: null })).toEqual({
    ...first,
    candidatesTokenCount: 3,
  });
});
