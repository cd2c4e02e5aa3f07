import { cacheWrites, inputTokens, outputTokens, type Usage } from '../../ir/usage.ts';
import type { JsonObject } from '../../protocol.ts';

/** Usage in OpenAI's words: totals hold everything, details say what of it was cached, audio, or reasoning. */
export function writeChatUsage(usage: Usage): JsonObject {
  const prompt = inputTokens(usage);
  const completion = outputTokens(usage);
  const written = cacheWrites(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead ?? 0,
      audio_tokens: usage.inputAudio ?? 0,
      ...(written > 0 ? { cache_write_tokens: written } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: usage.outputAudio ?? 0,
    },
  };
}
