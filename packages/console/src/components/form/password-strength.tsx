import { strengthOf, strengths } from './strength.ts';
import { useFormWords } from './words.ts';

const tones = { weak: 'bg-danger', fair: 'bg-warn', good: 'bg-good', strong: 'bg-good' } as const;

/** Says how strong a new password is while it is typed. It refuses nothing: that is the gateway's to do. */
export function PasswordStrength({ password }: { readonly password: string }) {
  const t = useFormWords();
  if (password === '') return null;
  const strength = strengthOf(password);
  const reached = strengths.indexOf(strength);
  return (
    <div className="-mt-1 grid gap-1">
      <div aria-hidden className="flex gap-1">
        {strengths.map((step, index) => (
          <span key={step} className={`h-1 flex-1 rounded-full ${index <= reached ? tones[strength] : 'bg-line'}`} />
        ))}
      </div>
      <p aria-live="polite" className="text-small text-muted">
        {t(`strength.${strength}`)}
      </p>
    </div>
  );
}
