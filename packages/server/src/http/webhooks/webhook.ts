import type { WebhookDeclaration, WebhookDeclarations, WebhookParams } from '@tollgate/contract/webhooks';

/** A call as it came. Nothing about it is proved yet. */
export type WebhookCall<D extends WebhookDeclaration = WebhookDeclaration> = {
  readonly params: WebhookParams<D>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The very bytes, as signatures are made over them; empty without a body. */
  readonly body: Uint8Array;
  /** The secret that is set: check the call by it before believing anything. */
  readonly secret: string;
  /** Address of the client, trusted proxies seen through. */
  readonly clientIp: string;
  /** Whether the client came by https. */
  readonly secure: boolean;
  readonly requestId: string;
};

/** What a declared door does. */
export type WebhookHandler<D extends WebhookDeclaration> = {
  /** The secret in force for these parameters; undefined while none is set, and then the door does not exist. */
  secret(params: WebhookParams<D>): Promise<string | undefined>;
  /** Answers as the caller's protocol wants it. A throw is logged and answered with 500, so that the caller tries again. */
  answer(call: WebhookCall<D>): Promise<Response>;
};

/** One handler for each declaration. */
export type WebhookHandlers<W extends WebhookDeclarations> = { readonly [N in keyof W]: WebhookHandler<W[N]> };
