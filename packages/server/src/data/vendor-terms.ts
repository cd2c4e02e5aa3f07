import type { PriceSheet } from '@tollgate/contract/price';
import type { ConditionSheet } from '@tollgate/contract/price-condition';
import type { CatalogueLine } from './listed-model.ts';

/**
 * What vendors charge beside the rates that catalogues list: their service tiers, their hosted tools, and what they bill by
 * the request. Facts of each vendor's own pages, as of the date beside their address.
 */
export type VendorTerms = {
  /** The vendor, as catalogues call it. */
  readonly vendor: string;
  /** Of which models; the first terms that fit a model and name a tier or a rate hold for that. */
  readonly models: RegExp;
  readonly source: string;
  readonly asOf: string;
  /** How many times the usual rates of tokens are charged at a tier, as a decimal, or the rates themselves. */
  readonly tiers?: Readonly<Record<string, string | PriceSheet>>;
  /** How many times all rates of tokens are charged, at every tier, of an answer that is kept within a geography. */
  readonly geos?: Readonly<Record<string, string>>;
  /** Rates of what is counted otherwise than in tokens. */
  readonly rates?: PriceSheet;
  /** Rates with conditions, which come before all others. */
  readonly conditional?: readonly (PriceSheet & { readonly when: ConditionSheet })[];
  /** What a list's own rate of reasoning is for: all of an answer that was reasoned about, or tokens that are told apart from it. */
  readonly reasoning?: 'all' | 'apart';
  /** The whole price, where no list of rates says it. */
  readonly expression?: string;
};

const openai = {
  vendor: 'openai',
  source: 'https://developers.openai.com/api/docs/pricing',
  asOf: '2026-07-02',
} as const;
const anthropic = {
  vendor: 'anthropic',
  source: 'https://platform.claude.com/docs/en/about-claude/pricing',
  asOf: '2026-07-02',
} as const;
const google = { vendor: 'google', source: 'https://ai.google.dev/gemini-api/docs/pricing', asOf: '2026-07-02' } as const;
const perplexity = {
  vendor: 'perplexity',
  source: 'https://docs.perplexity.ai/docs/getting-started/pricing',
  asOf: '2026-07-02',
} as const;

/** A request of Perplexity's costs more the more it reads: USD for a thousand at the sizes `low` (the default), `medium`, `high`. */
const bySearchSize = (input: number, output: number, low: number, medium: number, high: number): string => {
  const size = 'param("web_search_options.search_context_size")';
  return `p * ${input} + c * ${output} + (${size} == "high" ? ${high * 1000} : ${size} == "medium" ? ${medium * 1000} : ${low * 1000})`;
};

const vendorTerms: readonly VendorTerms[] = [
  // Priority is priced model by model.
  { ...openai, models: /^gpt-5\.5$/, tiers: { priority: '2.5' } },
  { ...openai, models: /^gpt-5(?:\.[1-4])?$|^gpt-5\.4-mini$|^gpt-5(?:\.[1-3])?-codex(?:-max)?$/, tiers: { priority: '2' } },
  { ...openai, models: /^gpt-5-mini$/, tiers: { priority: '1.8' } },
  { ...openai, models: /^(?:gpt-4\.1(?:-mini)?|gpt-4o-2024-05-13|o3)$/, tiers: { priority: '1.75' } },
  { ...openai, models: /^gpt-4\.1-nano$/, tiers: { priority: '2' } },
  { ...openai, models: /^gpt-4o(?:-2024-(?:08-06|11-20))?$/, tiers: { priority: '1.7' } },
  {
    ...openai,
    models: /^gpt-4o-mini$/,
    tiers: { priority: { input: '0.25', cacheRead: '0.125', output: '1' } },
  },
  { ...openai, models: /^o4-mini$/, tiers: { priority: { input: '2', cacheRead: '0.5', output: '8' } } },
  {
    ...openai,
    models: /^(?:gpt-5(?:\.[1245])?(?:-mini|-nano)?|gpt-5\.[45]-pro|o3|o4-mini)$/,
    tiers: { flex: '0.5' },
  },
  { ...openai, models: /^(?:gpt-[345]|o[134]|text-embedding)(?!.*(?:image|audio|realtime|spark))/, tiers: { batch: '0.5' } },
  {
    ...openai,
    models: /^(?:gpt-(?:4o|4\.1|5)|o[134])/,
    // A tool call is a container of code or a shell.
    rates: { perSearch: '0.01', perToolCall: '0.03', perFileSearch: '0.0025' },
  },
  {
    ...openai,
    models: /^(?:gpt-4o(?!-2024-05)|gpt-4\.1|gpt-5(?!.*(?:codex|chat))|o3$)/,
    // Pictures of the hosted tool, which the usage of its answers leaves out: https://developers.openai.com/api/docs/guides/image-generation
    rates: { perImage: '0.167' },
    conditional: [
      { when: { quality: 'low', size: '1024x1024' }, perImage: '0.011' },
      { when: { quality: 'low' }, perImage: '0.016' },
      { when: { quality: 'medium', size: '1024x1024' }, perImage: '0.042' },
      { when: { quality: 'medium' }, perImage: '0.063' },
      { when: { size: ['1024x1536', '1536x1024'] }, perImage: '0.25' },
    ],
  },
  // https://platform.claude.com/docs/en/build-with-claude/fast-mode
  { ...anthropic, models: /^claude-opus-4-[67]$/, tiers: { fast: '6' } },
  { ...anthropic, models: /^claude-opus-(?:4-8|5)$/, tiers: { fast: '2' } },
  // Opus 4.6, Sonnet 4.6 and what came after them: https://platform.claude.com/docs/en/manage-claude/data-residency
  {
    ...anthropic,
    models: /^claude-(?:(?:opus|sonnet|haiku)-(?:4-[6-9](?!\d)|[5-9])|(?:fable|mythos)-)/,
    geos: { us: '1.1' },
  },
  // Pages that are fetched cost their tokens only, and so does code beside searches.
  { ...anthropic, models: /^claude-/, tiers: { batch: '0.5' }, rates: { perSearch: '0.01' } },
  // A tool call is an answer that rests on places of the map.
  { ...google, models: /^gemini-3/, rates: { perSearch: '0.014', perToolCall: '0.014' } },
  { ...google, models: /^gemini-2|^gemini-flash/, rates: { perSearch: '0.035', perToolCall: '0.025' } },
  {
    ...google,
    models: /^gemini-(?:2\.5|3|flash)(?!.*(?:image|tts|embedding|live))/,
    tiers: { flex: '0.5', batch: '0.5', priority: '1.8' },
  },
  { ...google, models: /^gemini-(?:.*(?:image|tts)|embedding)/, tiers: { batch: '0.5' } },
  {
    vendor: 'xai',
    models: /^grok-(?!imagine)/,
    source: 'https://docs.x.ai/developers/pricing',
    asOf: '2026-07-02',
    rates: { perSearch: '0.005', perToolCall: '0.005', perFileSearch: '0.0025' },
  },
  { ...perplexity, models: /^sonar$/, expression: bySearchSize(1, 1, 5, 8, 12) },
  { ...perplexity, models: /^sonar-pro$/, expression: bySearchSize(3, 15, 6, 10, 14) },
  { ...perplexity, models: /^sonar-reasoning-pro$/, expression: bySearchSize(2, 8, 6, 10, 14) },
  // A thousand searches are in the list as `request`.
  { ...perplexity, models: /^sonar-deep-research$/, reasoning: 'apart' },
  // Who thinks pays for all that comes out otherwise.
  ...['alibaba', 'alibaba-cn'].map((vendor) => ({
    vendor,
    models: /^qwen/,
    source: 'https://www.alibabacloud.com/help/en/model-studio/models',
    asOf: '2026-07-02',
    reasoning: 'all' as const,
  })),
];

/** The terms that hold beside a line of a list. */
export const termsOf = ({
  provider,
  model,
  resold,
}: Pick<CatalogueLine, 'provider' | 'model' | 'resold'>): readonly VendorTerms[] =>
  resold ? [] : vendorTerms.filter(({ vendor, models }) => vendor === provider && models.test(model));
