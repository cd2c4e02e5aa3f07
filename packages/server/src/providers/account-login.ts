import type { JsonObject } from '@tollgate/wire/protocol';

type Values = Readonly<Record<string, string>>;

/** A code that a person types at the vendor's page. */
export type DeviceCode = {
  /** By which the vendor knows this sign-in; a secret. */
  readonly id: string;
  readonly userCode: string;
  /** How long to wait between two questions whether it was typed. */
  readonly intervalMs: number;
};

/** What a sign-in ends with, before it is exchanged for tokens. */
export type Authorization = { readonly code: string; readonly codeVerifier: string };

/** What came of asking whether a code was typed: a code for tokens, or the tokens themselves. */
export type DevicePoll = 'pending' | { readonly authorization: Authorization } | { readonly tokens: JsonObject };

/**
 * How a person lets the gateway use their account at a vendor, without a key to copy: OAuth's authorization code with PKCE, by
 * a public client, or its grant for devices. As data; paths are below the issuer. Readers return undefined for a body that
 * makes no sense.
 */
export type AccountLogin = {
  readonly issuer: string;
  readonly clientId: string;
  /** Where a code is exchanged for tokens. */
  readonly tokenPath: string;
  /** In a browser, which ends at an address of the person's own machine, where nobody listens: they paste it. */
  readonly browser?: {
    readonly path: string;
    readonly redirectUri: string;
    readonly params: Values;
  };
  /** On any device: the gateway is given a code, which the person types at the vendor's page. Asked with POST, in JSON. */
  readonly device: {
    readonly codePath: string;
    /** What is sent there beside the client. */
    readonly params?: Values;
    /** The page where the code is typed. */
    readonly pagePath: string;
    readonly pollPath: string;
    /** Which redirect a code for tokens belongs to; of vendors that give one. */
    readonly redirectPath?: string;
    /** Statuses that say that nobody has typed it yet. */
    readonly pending: readonly number[];
    readCode(body: JsonObject): DeviceCode | undefined;
    writePoll(code: DeviceCode): JsonObject;
    readPoll(body: JsonObject): DevicePoll | undefined;
  };
  /** The tokens as the provider's credential. */
  credential(tokens: JsonObject): Values;
};
