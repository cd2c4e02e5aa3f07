/** A tool call as any protocol tells it. */
export type Called = { readonly name: string; readonly args: unknown };

/** What an SDK made of an answer. */
export type Answer = {
  readonly text: string;
  /** Thoughts as the SDK shows them. */
  readonly reasoning: string;
  readonly calls: readonly Called[];
  /** Tokens as the SDK counts them: input with what was cached, output with reasoning. Undefined where it tells none. */
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  /** The SDK takes the answer for whole: the model stopped because it was done, or to call tools. */
  readonly complete: boolean;
  /** Pieces in which the arguments of calls came, for those that show them. */
  readonly argumentPieces: number;
};

/** What a conversation is held with. */
export type Settings = {
  readonly model: string;
  readonly stream?: boolean;
  readonly tools?: boolean;
  readonly think?: boolean;
  /** Answer as JSON of `weatherSchema`. */
  readonly schema?: boolean;
  readonly signal?: AbortSignal;
  /** Told of every piece of text as it comes. */
  readonly onText?: () => void;
};

/** A conversation whose history the test keeps as the SDK's own documentation says. */
export type Conversation = {
  say(prompt: string, pngBase64?: string): Promise<Answer>;
  /** Answers the calls of the last turn, in their order. */
  giveResults(results: readonly string[]): Promise<Answer>;
  /** Goes on with another model. */
  moveTo(model: string): void;
};

/** An error as the SDK throws it. `retryAfter` is null where the SDK does not show headers. */
export type Failure = { readonly status: number | undefined; readonly retryAfter: string | undefined | null };

export type SdkClient = {
  readonly name: string;
  readonly protocol: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini' | 'gemini-interactions';
  begin(settings: Settings): Conversation;
  /** Undefined when the error is none of the SDK's own for an HTTP status. */
  failureOf(error: unknown): Failure | undefined;
};

/** Makes a client of the gateway at this origin. */
export type MakeClient = (url: string, apiKey: string) => SdkClient;

/** Parameters of the tool `weather`, and schema of structured answers; closed, as strict modes want it. */
export const weatherSchema = {
  type: 'object' as const,
  properties: {
    city: { type: 'string' as const, description: 'Name of the city' },
    days: { type: 'integer' as const },
  },
  required: ['city', 'days'],
  additionalProperties: false as const,
};
export const weatherDescription = 'Weather of a city.';
