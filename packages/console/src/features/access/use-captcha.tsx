import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ApiError } from '../../lib/client.ts';
import { useSite, type Site } from '../../lib/site.ts';

type Widget = {
  render(
    place: HTMLElement,
    options: { sitekey: string; callback: (answer: string) => void; 'expired-callback': () => void },
  ): unknown;
};
type Kind = NonNullable<Site['captcha']>['kind'];
/** What their scripts leave in the page. */
const widgetOf = (kind: Kind): Widget | undefined => (globalThis as { readonly [K in Kind]?: Widget })[kind];

const scripts: Readonly<Record<Kind, string>> = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
  hcaptcha: 'https://js.hcaptcha.com/1/api.js?render=explicit',
};

/** Loaded once, and only where somebody is asked. The gateway's policy lets in the configured one alone. */
const loading = new Map<Kind, Promise<void>>();
function load(kind: Kind): Promise<void> {
  const known = loading.get(kind);
  if (known !== undefined) return known;
  const loaded = new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = scripts[kind];
    script.async = true;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => {
      loading.delete(kind);
      reject(new Error(`${kind} could not be loaded`));
    });
    document.head.append(script);
  });
  loading.set(kind, loaded);
  return loaded;
}

/** Whether a call was refused for want of a captcha's answer. */
export const wantsCaptcha = (thrown: unknown): boolean =>
  thrown instanceof ApiError && thrown.code === 'captcha_required';

/** The captcha of this gateway, if it has one: what to draw, what it gave, and how to be asked again, since an answer holds once. */
export function useCaptcha(): {
  readonly drawn: ReactNode;
  readonly answer: string | undefined;
  readonly again: () => void;
} {
  const captcha = useSite().data?.captcha ?? null;
  const [answer, setAnswer] = useState<string>();
  const [round, setRound] = useState(0);
  return {
    drawn: captcha === null ? null : <Challenge key={round} {...captcha} onAnswer={setAnswer} />,
    answer,
    again: () => {
      setAnswer(undefined);
      setRound((before) => before + 1);
    },
  };
}

function Challenge({
  kind,
  siteKey,
  onAnswer,
}: {
  readonly kind: Kind;
  readonly siteKey: string;
  readonly onAnswer: (answer: string | undefined) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let here = true;
    load(kind).then(
      () => {
        if (!here || place.current === null) return;
        widgetOf(kind)?.render(place.current, {
          sitekey: siteKey,
          callback: onAnswer,
          'expired-callback': () => onAnswer(undefined),
        });
      },
      // What is sent without an answer is refused, which says so.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [kind, siteKey, onAnswer]);
  return <div ref={place} className="min-h-16" />;
}
