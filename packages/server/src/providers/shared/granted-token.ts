type Values = Readonly<Record<string, string>>;

/** What is sent to a token endpoint. */
export type TokenRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Values;
  readonly body: string | undefined;
};

/** An access token, and for how long from the moment it was asked for. */
export type GrantedToken = {
  readonly token: string;
  readonly lifeMs: number;
  /** The refresh token from now on, where it changed. */
  readonly refreshToken?: string | undefined;
  /** Headers of calls with it; names in lower case. */
  readonly headers?: Values | undefined;
};
