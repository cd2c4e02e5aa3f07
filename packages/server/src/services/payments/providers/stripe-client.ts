import type Stripe from 'stripe';
import { z } from 'zod';
import type { PaymentContext } from '../adapter.ts';
import { apiUrl } from './shared/api-url.ts';

/** Stripe by its official SDK, set up as a payment method says. */

export const settingsSchema = z.strictObject({
  apiUrl: apiUrl('https://api.stripe.com'),
  paymentMethodTypes: z
    .array(z.string().regex(/^[a-z_]{1,40}$/))
    .max(30)
    .default([])
    .describe('Ways to pay, such as card, alipay, wechat_pay; empty for those chosen in the dashboard.'),
  automaticTax: z
    .boolean()
    .default(false)
    .describe('Lets Stripe Tax work out what of each price is tax; the price stays as it is. Invoices say so.'),
});

export const secretsSchema = z.strictObject({
  secretKey: z.string().min(1).max(300).describe('Secret key (sk_…) or restricted key (rk_…).'),
  webhookSecret: z.string().max(300).default('').describe('Signing secret of the endpoint (whsec_…).'),
});

export type StripeContext = PaymentContext<z.output<typeof settingsSchema>, z.output<typeof secretsSchema>>;

/** Loaded with the first payment: a gateway that sells nothing does not carry it. */
export const loadStripe = async (): Promise<typeof Stripe> => (await import('stripe')).default;

export async function openStripe({ settings, secrets, fetch }: StripeContext): Promise<Stripe> {
  const Sdk = await loadStripe();
  const { protocol, hostname, port } = new URL(settings.apiUrl);
  return new Sdk(secrets.secretKey, {
    host: hostname,
    protocol: protocol === 'http:' ? 'http' : 'https',
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
    httpClient: Sdk.createFetchHttpClient(
      Object.assign(
        async (from: string | URL | Request, init?: RequestInit) =>
          await fetch(from instanceof Request ? from.url : from.toString(), init),
        // Bun's fetch has it; nobody calls it.
        { preconnect: () => undefined },
      ),
    ),
    maxNetworkRetries: 1,
    timeout: 20_000,
    telemetry: false,
  });
}

/**
 * Two currencies have no cents, but Stripe counts them in hundredths that must be 0
 * (https://docs.stripe.com/currencies#special-cases). Here one has hundredths, the other has not.
 */
export const stripeStep = (currency: string): bigint => (currency === 'ISK' ? 100n : 1n);
const perMinor = (currency: string): bigint => (currency === 'UGX' ? 100n : 1n);

/** Minor units as Stripe counts them. */
export const toStripe = (amount: bigint, currency: string): number => Number(amount * perMinor(currency));

/** Minor units of what Stripe says; of an amount that cannot be told in them, too little, so that it is not taken. */
export const fromStripe = (amount: number, currency: string): bigint =>
  BigInt(amount) / perMinor(currency.toUpperCase());

const won = new Set<Stripe.Dispute.Status>(['won', 'warning_closed', 'prevented']);

/** What became of the disputes of a payment: the merchant has the money again, or the payer, or that is open. */
export async function judgeDisputes(stripe: Stripe, intent: string): Promise<'paid' | 'lost' | 'disputed'> {
  const { data } = await stripe.disputes.list({ payment_intent: intent, limit: 10 });
  if (data.every(({ status }) => won.has(status))) return 'paid';
  return data.every(({ status }) => status === 'lost' || won.has(status)) ? 'lost' : 'disputed';
}

/** What the charge of a payment says, where it was asked along with it. */
export const chargeOf = (intent: Stripe.PaymentIntent | null): Stripe.Charge | null =>
  typeof intent?.latest_charge === 'object' ? intent.latest_charge : null;
