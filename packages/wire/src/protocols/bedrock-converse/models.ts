import { claudeTraits, claudeVersion, type ClaudeTraits } from '../anthropic-messages/models.ts';

/** What can be asked of a model behind Converse, by its id. */
export type ConverseTraits = {
  readonly family: 'claude' | 'nova' | 'gpt-oss' | 'other';
  /** Set for a Claude. */
  readonly claude: ClaudeTraits | undefined;
  /**
   * How it is kept from thinking: by leaving it out, by a word, or not at all.
   * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html
   */
  readonly thinkingOff: 'unless told' | 'when told' | 'never';
  /** The second generation of Nova, which thinks and has tools of its own. */
  readonly nova2: boolean;
  /**
   * Where cache points may stand; a model without caching refuses them. An hour's lifetime is of Claude 4.5 and later.
   * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html#prompt-caching-models
   */
  readonly cache: 'everywhere' | 'not in tools' | 'nowhere';
  readonly hourCache: boolean;
  /** Takes `outputConfig.textFormat` and strict tools. https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html */
  readonly schemas: boolean;
};

const withSchemas =
  /qwen|gpt-oss|deepseek\.v3|gemma-3|minimax|kimi|nemotron|mistral-large-3|ministral|magistral|voxtral/;

/** Traits of a model, with or without a region in front of it (`us.anthropic.claude-…`). */
function traitsOf(model: string): ConverseTraits {
  const version = claudeVersion(model);
  if (version !== undefined) {
    const caches = version >= 307 || /claude-3-5-haiku|claude-3-5-sonnet-20241022/.test(model);
    return {
      family: 'claude',
      claude: claudeTraits(model),
      thinkingOff: version < 500 ? 'unless told' : /fable|mythos/.test(model) ? 'never' : 'when told',
      nova2: false,
      cache: caches ? 'everywhere' : 'nowhere',
      hourCache: version >= 405,
      schemas: version >= 405,
    };
  }
  const nova = /(?:^|[.:/])(?:amazon\.)?nova-/.test(model);
  const gptOss = model.includes('gpt-oss');
  return {
    family: nova ? 'nova' : gptOss ? 'gpt-oss' : 'other',
    claude: undefined,
    thinkingOff: gptOss ? 'never' : 'unless told',
    nova2: nova && model.includes('nova-2-'),
    cache: nova ? 'not in tools' : 'nowhere',
    hourCache: false,
    schemas: withSchemas.test(model),
  };
}

/**
 * Traits by the id in Bedrock; the ARN of an inference profile of one's own does not tell the model, so the name that
 * clients know it by is looked at then.
 */
export function converseTraits(model: string, asked: string): ConverseTraits {
  const traits = traitsOf(model.toLowerCase());
  return traits.family === 'other' && model.startsWith('arn:') ? traitsOf(asked.toLowerCase()) : traits;
}
