/** Prices of a model in US dollars a million tokens, as models.dev writes them. */
export type Usd = {
  readonly input?: number;
  readonly output?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  /** What some hosts' entries call the two above. */
  readonly cached_input?: number;
  readonly cache_input?: number;
  readonly cached_write?: number;
  readonly input_audio?: number;
  readonly output_audio?: number;
  readonly reasoning?: number;
  readonly citation?: number;
  readonly request?: number;
  /** For one request, and for one search, as OpenRouter's list has them. */
  readonly per_request?: number;
  readonly per_search?: number;
  readonly tiers?: readonly (Usd & { readonly tier: { readonly size: number } })[];
};

/** A model as one vendor lists it. */
export type CatalogueLine = {
  readonly provider: string;
  readonly model: string;
  /** For people; absent where the list has only ids. */
  readonly name?: string;
  readonly released: string;
  readonly family?: string;
  readonly context: number;
  readonly maxOutput: number;
  readonly in?: readonly string[];
  readonly out?: readonly string[];
  readonly reasoning?: boolean | undefined;
  readonly tools?: boolean | undefined;
  readonly structured?: boolean | undefined;
  readonly usdPerMillion?: Usd;
  /** From the list of who sells the models of others, which says all that they charge. */
  readonly resold?: true | undefined;
};
