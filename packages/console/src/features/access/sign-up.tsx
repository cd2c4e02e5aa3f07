import { registrationRequestSchema, registrationSchema } from '@tollgate/contract/api/people';
import { useLocation } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from '../../components/form/form.tsx';
import { FormCheckbox, FormPassword, FormText } from '../../components/form/fields.tsx';
import { useSchemaForm } from '../../components/form/use-schema-form.ts';
import { Button } from '../../components/ui/button.tsx';
import { Link, OuterLink } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { api } from '../../lib/api.ts';
import { addressOf } from '../../lib/base.ts';
import { signedInAs } from '../../lib/session.ts';
import { useSearchState } from '../../lib/search-state.ts';
import { useSite, type Site } from '../../lib/site.ts';
import { z } from '../../lib/zod.ts';
import { mailLanguage } from './mail-language.ts';
import { OtherWays } from './other-ways.tsx';
import { useCaptcha } from './use-captcha.tsx';
import { useAccessWords } from './words.ts';

/** `invite` is the code of whoever invited one; the text of an administrator's invitation comes after the `#`. */
const searchSchema = z.object({ invite: z.string().max(40).optional() });

/** An account of one's own, where that is open; where it is not, that is said. */
export default function SignUpPage() {
  const t = useAccessWords();
  const site = useSite().data;
  const { hash } = useLocation();
  const invite = new URLSearchParams(hash).get('invite') ?? undefined;
  const [{ invite: invitation }] = useSearchState(searchSchema);
  const mode = site?.signUp.mode ?? 'closed';
  const open = mode === 'open' || (mode === 'invitation' && invite !== undefined);
  const shut = mode === 'invitation' ? 'invitation' : 'closed';
  return (
    <>
      <h2 className="mb-4 text-lg font-semibold">{open ? t('createAccount') : t(`${shut}.title`)}</h2>
      {site !== undefined && open ? (
        <Opened site={site} invite={invite} invitation={invitation} />
      ) : (
        <p className="text-muted">{t(`${shut}.what`)}</p>
      )}
      <OtherWays signingUp invitation={invitation} />
      <p className="mt-5 border-t border-line pt-4 text-small text-muted">
        {t('haveOne')} <Link to="/">{t('signIn')}</Link>
      </p>
    </>
  );
}

type OpenedProps = {
  readonly site: Site;
  /** Text of an administrator's invitation. */
  readonly invite: string | undefined;
  /** Code of whoever invited one. */
  readonly invitation: string | undefined;
};

const Opened = (props: OpenedProps) =>
  props.site.signUp.verifyEmail ? <RequestForm {...props} /> : <OwnRegistration {...props} />;

/** What is asked of every stranger besides who they are. */
const agreed = { agreed: z.boolean() };

function OwnRegistration({ site, ...invited }: OpenedProps) {
  const t = useAccessWords();
  const queries = useQueryClient();
  const captcha = useCaptcha();
  const form = useSchemaForm({
    schema: registrationSchema.extend(agreed),
    values: { email: undefined, username: undefined, password: '', agreed: false },
    send: async ({ agreed: consent, ...body }) => {
      const extra = strangersPart(site, { ...invited, consent, captcha: captcha.answer });
      try {
        await signedInAs(queries, await api.call('registration.create', { body: { ...body, ...extra } }));
      } finally {
        captcha.again();
      }
    },
  });
  return (
    <Form form={form} failed={t('notCreated')}>
      <FormText
        form={form}
        name="email"
        type="email"
        label={t('email')}
        help={t('emailOrUsername')}
        // Either is signed in by; managers store the password under the one that is filled.
        autoComplete="username"
        empty={undefined}
      />
      <FormText form={form} name="username" label={t('username')} autoComplete="username" empty={undefined} />
      <FormPassword
        form={form}
        name="password"
        label={t('password')}
        help={t('passwordHelp')}
        autoComplete="new-password"
        required
      />
      {site.signUp.termsVersion !== null && <FormCheckbox form={form} name="agreed" label={t('agree')} />}
      {captcha.drawn}
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
        {t('register')}
      </Button>
      <Terms site={site} />
    </Form>
  );
}

/** Where an address is to be confirmed: a link is asked for, and the password is chosen where it leads. */
function RequestForm({ site, ...invited }: OpenedProps) {
  const t = useAccessWords();
  const captcha = useCaptcha();
  const [sentTo, setSentTo] = useState<string>();
  const form = useSchemaForm({
    schema: registrationRequestSchema.extend(agreed),
    values: { email: '', agreed: false },
    send: async ({ agreed: consent, email }) => {
      const extra = strangersPart(site, { ...invited, consent, captcha: captcha.answer });
      try {
        await api.call('registration.request', { body: { email, language: mailLanguage(), ...extra } });
      } finally {
        captcha.again();
      }
      setSentTo(email);
    },
  });
  if (sentTo !== undefined)
    return (
      <Notice focus tone="good" title={t('mailed.title')}>
        {t('mailed.register', { email: sentTo })}
      </Notice>
    );
  return (
    <Form form={form} failed={t('notCreated')}>
      <FormText
        form={form}
        name="email"
        type="email"
        label={t('email')}
        help={t('mailed.before')}
        autoComplete="email"
        required
      />
      {site.signUp.termsVersion !== null && <FormCheckbox form={form} name="agreed" label={t('agree')} />}
      {captcha.drawn}
      <Button look="primary" type="submit" busy={form.formState.isSubmitting} className="mt-1 w-full">
        {t('mailed.send')}
      </Button>
      <Terms site={site} />
    </Form>
  );
}

const strangersPart = (
  { signUp }: Site,
  given: Omit<OpenedProps, 'site'> & { readonly consent: boolean; readonly captcha: string | undefined },
) => ({
  ...(given.invite !== undefined && { invite: given.invite }),
  ...(given.invitation !== undefined && { invitation: given.invitation }),
  ...(given.consent && signUp.termsVersion !== null && { termsVersion: signUp.termsVersion }),
  ...(given.captcha !== undefined && { captcha: given.captcha }),
});

function Terms({ site }: { readonly site: Site }) {
  const t = useAccessWords();
  if (site.signUp.termsVersion === null) return null;
  return (
    <p className="text-small text-muted">
      {/* Beside this page: what was entered stays. */}
      <OuterLink href={addressOf('terms')}>{t('terms')}</OuterLink> ·{' '}
      <OuterLink href={addressOf('privacy')}>{t('privacy')}</OuterLink>
    </p>
  );
}
