import type { webhooks } from '@tollgate/contract/webhooks';
import type { PaymentDeps } from '../../services/payments/payment-deps.ts';
import { callbackSecret, takeCallback } from '../../services/payments/take-callback.ts';
import { takeTopUp, topUpSecret } from '../../services/top-ups/take-call.ts';
import type { MediaCalls } from '../../endpoints/videos/vendor-calls.ts';
import type { OpenSignInMethod } from '../../services/sign-in/open-method.ts';
import { keepPosted, postedMethod } from '../../services/sign-in/posted-answers.ts';
import { samlMetadata } from '../../services/sign-in/providers/saml.ts';
import type { SignInDeps } from '../../services/sign-in/sign-in-deps.ts';
import type { WebhookCall, WebhookHandler, WebhookHandlers } from './webhook.ts';

/** What each declared webhook and callback does. One that is missing does not compile. */
export const webhookHandlers = ({
  payments,
  mediaCalls,
  signIn,
}: {
  readonly payments: PaymentDeps;
  readonly mediaCalls: MediaCalls;
  readonly signIn: SignInDeps;
}): WebhookHandlers<typeof webhooks> => ({
  'signIn.samlAnswer': samlDoor(signIn, async (method, { body }) => {
    const location = await keepPosted(signIn, method, new URLSearchParams(Buffer.from(body).toString('utf8')));
    return new Response(null, { status: 303, headers: { location } });
  }),
  'signIn.samlMetadata': samlDoor(signIn, async ({ context }) => {
    const headers = { 'content-type': 'application/samlmetadata+xml; charset=utf-8' };
    return new Response(await samlMetadata(context), { headers });
  }),
  'payments.notify': paymentDoor(payments, 'post'),
  'payments.notifyByGet': paymentDoor(payments, 'get'),
  'media.called': mediaDoor(mediaCalls),
  'media.calledForAccount': mediaAccountDoor(mediaCalls),
  'topUps.credit': {
    secret: async ({ key }) => await topUpSecret(payments, key),
    answer: async ({ params, headers, body, secret }) =>
      Response.json(await takeTopUp(payments, params.key, secret, { headers, body })),
  },
});

/** Calls of providers that make something. What they say is not believed: they are asked. */
export const mediaDoor = (calls: MediaCalls): WebhookHandler<(typeof webhooks)['media.called']> => ({
  secret: async ({ task }) => await calls.called(task),
  answer: async ({ params: { task: id, token }, secret: called, headers, body }) =>
    await calls.take({ id, token, called, headers, body }),
});

/** Calls of providers that have one address for all of an account's tasks. */
export const mediaAccountDoor = (calls: MediaCalls): WebhookHandler<(typeof webhooks)['media.calledForAccount']> => ({
  secret: ({ channel }) => Promise.resolve(calls.signing(channel)),
  answer: async ({ params: { channel: channelId }, headers, body }) =>
    await calls.takeSigned({ channelId, headers, body }),
});

type SamlDoor = (typeof webhooks)['signIn.samlAnswer' | 'signIn.samlMetadata'];

/** The door of a sign-in method whose provider has answers posted. What it brings is checked when the sign-in ends. */
const samlDoor = (
  deps: SignInDeps,
  answer: (method: OpenSignInMethod, call: WebhookCall<SamlDoor>) => Promise<Response>,
): WebhookHandler<SamlDoor> => ({
  secret: async ({ method }) => (await postedMethod(deps, method))?.method.settings,
  answer: async (call) => {
    const method = await postedMethod(deps, call.params.method);
    return method === undefined ? new Response('not found', { status: 404 }) : await answer(method, call);
  },
});

type PaymentDoor = (typeof webhooks)['payments.notify' | 'payments.notifyByGet'];

/** Callbacks of payment providers. What is not believed is answered with 400 and no reason; the operator finds it in the list. */
const paymentDoor = (payments: PaymentDeps, method: 'get' | 'post'): WebhookHandler<PaymentDoor> => ({
  secret: async ({ method: id }) => await callbackSecret(payments, id),
  answer: async ({ params, query, headers, body, clientIp }: WebhookCall<PaymentDoor>) => {
    const answer = await takeCallback(payments, params.method, { method, query, headers, body, address: clientIp });
    return answer.taken
      ? new Response(answer.thanks, { headers: { 'content-type': typeOf(answer.thanks), ...answer.headers } })
      : new Response('refused', { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  },
});

const typeOf = (text: string): string =>
  text.startsWith('{') ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
