/**
 * What usage is counted in: the one table from which the fields of a price, the lines of a bill, the docs and the API
 * are made. Its order is the order of all of them. `wire`, which reads usage into these buckets, may import nothing and
 * has their names for itself; a test of the server holds the two together.
 */

/** One bucket of usage. */
export type BucketRow = {
  /** As bills and docs call it. */
  readonly label: string;
  /** What is counted, as in "USD per million …" or "USD per …". */
  readonly unit: string;
  /** How many of them a rate is told for. */
  readonly per: 'million' | 'one';
  /** Tokens of input or output; a count of something else; or a detail of another bucket, which is not priced. */
  readonly side: 'input' | 'output' | 'count' | 'detail';
  /** Its field in a price; undefined when it has none. */
  readonly field: string | undefined;
  /**
   * What it costs where a price does not name it: as much as another bucket, `times` as a fraction. Undefined costs
   * nothing. See docs/decisions/0014-fallback-rates.md.
   */
  readonly fallback: { readonly bucket: string; readonly times: readonly [number, number] } | undefined;
};

const like = <B extends string>(bucket: B, times: readonly [number, number] = [1, 1]) => ({ bucket, times }) as const;

export const buckets = {
  inputText: {
    label: 'Input',
    unit: 'input tokens',
    per: 'million',
    side: 'input',
    field: 'input',
    fallback: undefined,
  },
  cacheRead: {
    label: 'Cache read',
    unit: 'input tokens read from a prompt cache',
    per: 'million',
    side: 'input',
    field: 'cacheRead',
    fallback: like('inputText'),
  },
  cacheWrite5m: {
    label: 'Cache write, 5 min',
    unit: 'input tokens written to a prompt cache for five minutes',
    per: 'million',
    side: 'input',
    field: 'cacheWrite5m',
    fallback: like('inputText', [5, 4]),
  },
  cacheWrite30m: {
    label: 'Cache write, 30 min',
    unit: 'input tokens written to a prompt cache for half an hour',
    per: 'million',
    side: 'input',
    field: 'cacheWrite30m',
    fallback: like('cacheWrite5m'),
  },
  cacheWrite1h: {
    label: 'Cache write, 1 h',
    unit: 'input tokens written to a prompt cache for an hour',
    per: 'million',
    side: 'input',
    field: 'cacheWrite1h',
    fallback: like('cacheWrite5m', [8, 5]),
  },
  cacheWrite12h: {
    label: 'Cache write, 12 h',
    unit: 'input tokens written to a prompt cache for twelve hours',
    per: 'million',
    side: 'input',
    field: 'cacheWrite12h',
    fallback: like('cacheWrite1h'),
  },
  inputImage: {
    label: 'Image input',
    unit: 'image input tokens',
    per: 'million',
    side: 'input',
    field: 'inputImage',
    fallback: like('inputText'),
  },
  inputAudio: {
    label: 'Audio input',
    unit: 'audio input tokens',
    per: 'million',
    side: 'input',
    field: 'inputAudio',
    fallback: like('inputText'),
  },
  inputVideo: {
    label: 'Video input',
    unit: 'video input tokens',
    per: 'million',
    side: 'input',
    field: 'inputVideo',
    fallback: like('inputText'),
  },
  outputText: {
    label: 'Output',
    unit: 'output tokens, reasoning included',
    per: 'million',
    side: 'output',
    field: 'output',
    fallback: like('inputText'),
  },
  reasoning: {
    label: 'Reasoning',
    unit: 'output tokens spent on reasoning',
    per: 'million',
    side: 'detail',
    field: undefined,
    fallback: undefined,
  },
  outputImage: {
    label: 'Image output',
    unit: 'image output tokens',
    per: 'million',
    side: 'output',
    field: 'outputImage',
    fallback: like('outputText'),
  },
  outputAudio: {
    label: 'Audio output',
    unit: 'audio output tokens',
    per: 'million',
    side: 'output',
    field: 'outputAudio',
    fallback: like('outputText'),
  },
  outputReasoning: {
    label: 'Reasoning apart',
    unit: 'tokens of reasoning that a vendor bills apart from the answer',
    per: 'million',
    side: 'output',
    field: 'outputReasoning',
    fallback: like('outputText'),
  },
  requests: { label: 'Requests', unit: 'request', per: 'one', side: 'count', field: undefined, fallback: undefined },
  images: { label: 'Images', unit: 'image', per: 'one', side: 'count', field: 'perImage', fallback: undefined },
  seconds: {
    label: 'Seconds',
    unit: 'second of audio or video',
    per: 'one',
    side: 'count',
    field: 'perSecond',
    fallback: undefined,
  },
  characters: {
    label: 'Characters',
    unit: 'characters',
    per: 'million',
    side: 'count',
    field: 'perMillionCharacters',
    fallback: undefined,
  },
  searches: {
    label: 'Searches',
    unit: 'web search, or search unit of reranking',
    per: 'one',
    side: 'count',
    field: 'perSearch',
    fallback: undefined,
  },
  toolCalls: {
    label: 'Tool calls',
    unit: 'call of a hosted tool',
    per: 'one',
    side: 'count',
    field: 'perToolCall',
    fallback: undefined,
  },
  fileSearches: {
    label: 'File searches',
    unit: 'search of files by a hosted tool',
    per: 'one',
    side: 'count',
    field: 'perFileSearch',
    fallback: like('toolCalls'),
  },
  cacheTokenHours: {
    label: 'Cache storage',
    unit: 'tokens kept in a cache for an hour',
    per: 'million',
    side: 'count',
    field: 'cacheStorage',
    fallback: undefined,
  },
  refusals: {
    label: 'Refusals',
    unit: 'request that the provider’s filter refused, for a fee',
    per: 'one',
    side: 'count',
    field: 'perRefusal',
    fallback: undefined,
  },
} as const satisfies Readonly<Record<string, BucketRow>>;

export type Bucket = keyof typeof buckets;

/** The line of a bill that is no bucket: the price of a request, whatever it uses. */
export const callRow = { label: 'Call', unit: 'request', per: 'one', field: 'perCall' } as const;

/** Every bucket in order. */
export const bucketNames = Object.keys(buckets) as readonly Bucket[];

/** What a price can name: a bucket's rate. */
export type RateField = Exclude<(typeof buckets)[Bucket]['field'], undefined>;
