import { z } from 'zod';
import type { captchaKinds } from '@tollgate/contract/settings/accounts';
import type { Settings } from '@tollgate/contract/settings';
import { Refusal } from '../../domain/refusal.ts';

/** Where answers are verified. Both take and say the same. */
const verifiers = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
} as const satisfies Record<Exclude<(typeof captchaKinds)[number], 'none'>, string>;

/** Where its script and frames come from. */
const origins = {
  turnstile: ['https://challenges.cloudflare.com'],
  hcaptcha: ['https://hcaptcha.com', 'https://*.hcaptcha.com'],
} as const;

/** What pages must let in for the captcha of the settings: nothing where there is none. */
export const captchaOrigins = ({ accounts }: Pick<Settings, 'accounts'>): readonly string[] =>
  accounts.captcha === 'none' ? [] : origins[accounts.captcha];

const verdictSchema = z.looseObject({ success: z.boolean(), hostname: z.string().optional() });

export type CaptchaDeps = {
  readonly settings: () => Pick<Settings, 'accounts' | 'site'>;
  /** Asks outside; addresses inside are refused. */
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
};

/** Tells people from programs, where the settings have somebody asked who can. */
export type Captcha = {
  /**
   * Passes when nothing is asked for, or the answer is right; it is worth nothing afterwards. When the verifier cannot be reached
   * nobody passes: who can keep it away could else pass without it.
   */
  assert(answer: string | undefined, address: string): Promise<void>;
};

export function openCaptcha({ settings, fetch }: CaptchaDeps): Captcha {
  return {
    async assert(answer, address) {
      const { accounts, site } = settings();
      if (accounts.captcha === 'none') return;
      if (answer === undefined || answer === '') throw required('Show that you are not a program.');
      const body = new URLSearchParams({
        secret: accounts.captchaSecret,
        response: answer,
        remoteip: address,
        ...(accounts.captcha === 'hcaptcha' && { sitekey: accounts.captchaSiteKey }),
      });
      let verdict: z.output<typeof verdictSchema>;
      try {
        const said = await fetch(verifiers[accounts.captcha], { method: 'POST', body });
        verdict = verdictSchema.parse(await said.json());
      } catch {
        throw required('It could not be verified that you are not a program. Try again.');
      }
      // An answer that was given on another site is none.
      const here = URL.canParse(site.publicUrl) ? new URL(site.publicUrl).hostname : undefined;
      const elsewhere = here !== undefined && verdict.hostname !== undefined && verdict.hostname !== here;
      if (!verdict.success || elsewhere) throw required('This did not show that you are not a program. Try again.');
    },
  };
}

const required = (message: string): Refusal => new Refusal('captcha_required', message, { param: 'captcha' });
