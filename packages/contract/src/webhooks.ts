import type { PathParams } from './operations/path.ts';

/**
 * A door for callers that know nothing of our sessions: a payment provider's webhook, the return of a sign-in from
 * elsewhere. It has no caller, no check of origin and no schema: what proves a call is in its bytes or its query, and only
 * the handler can tell. So a door exists only while the secret to tell by is set; before that its path answers as any
 * unknown one does.
 */
export type WebhookDeclaration = {
  readonly method: 'get' | 'post';
  /** Under `/api`, parameters in braces; `webhooks` for machines, `callbacks` for browsers that come back. */
  readonly path: `/webhooks/${string}` | `/callbacks/${string}`;
  /** One line for the documentation. */
  readonly summary: string;
  /** Which secret a call is proved by, in words, such as `signing secret of the payment method`. */
  readonly secret: string;
  /** A longer body is refused before it is read whole. */
  readonly maxBytes: number;
};

export type WebhookDeclarations = Readonly<Record<string, WebhookDeclaration>>;

/** Declares doors; the types stay as exact as they are written. */
export const declareWebhooks = <const W extends WebhookDeclarations>(webhooks: W): W => webhooks;

/** The parameters of a door's path. */
export type WebhookParams<D extends WebhookDeclaration> = { readonly [N in PathParams<D['path']>]: string };

const paymentDoor = {
  path: '/webhooks/payments/{method}',
  summary: 'A payment provider says what became of a payment',
  secret: 'secret of the payment method that callbacks are proved by',
  maxBytes: 256 << 10,
} as const;

const samlDoor = {
  path: '/callbacks/saml/{method}',
  secret: 'certificate of the sign-in method’s identity provider',
} as const;

/** Every webhook and callback. */
export const webhooks = declareWebhooks({
  'payments.notify': { method: 'post', ...paymentDoor },
  // Some providers call with GET.
  'payments.notifyByGet': { method: 'get', ...paymentDoor },
  'media.called': {
    method: 'post',
    path: '/webhooks/media/{task}/{token}',
    summary: 'A provider says that a task has come further',
    secret: 'token of the task, which its provider alone was told',
    maxBytes: 4 << 20,
  },
  'media.calledForAccount': {
    method: 'post',
    path: '/webhooks/media-accounts/{channel}',
    summary: 'A provider says of an account that one of its tasks has come further',
    secret: 'signing secret of webhooks of an account of the channel',
    maxBytes: 256 << 10,
  },
  'signIn.samlAnswer': {
    method: 'post',
    ...samlDoor,
    summary: 'A browser brings what a SAML identity provider says',
    maxBytes: 128 << 10,
  },
  'signIn.samlMetadata': {
    method: 'get',
    ...samlDoor,
    summary: 'What a SAML identity provider is to know of the gateway',
    maxBytes: 0,
  },
  'topUps.credit': {
    method: 'post',
    path: '/webhooks/top-ups/{key}',
    summary: 'A shop of the operator’s own credits a wallet',
    secret: 'secret of the top-up key',
    maxBytes: 16 << 10,
  },
});
