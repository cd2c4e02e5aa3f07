/** Whose upstream is played. */
export type Vendor =
  | 'openai-chat'
  | 'openrouter'
  | 'deepseek'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'gemini'
  | 'gemini-interactions';

/** What an upstream understood of a call. */
export type Asked = {
  /** The model by the upstream's own name, where an answer tells it. */
  readonly model?: string;
  readonly stream: boolean;
  /** Reasoning was asked for, in the protocol's way. */
  readonly thinking: boolean;
  /** Of that, only what is signed is told. */
  readonly reasoningHidden?: boolean;
  /** The user's last words. */
  readonly prompt: string;
  /** Base64 of the images beside them. */
  readonly images: readonly string[];
  /** Rounds of tool results since then. */
  readonly step: number;
  /** How many of those rounds' turns came back with every signature they were given, exact. */
  readonly signedSteps: number;
  /** The last round's results, in the order of the calls. */
  readonly results: readonly string[];
  /** The JSON schema that the answer must have. */
  readonly schema: unknown;
  readonly tools: readonly string[];
};
