import type { ButtonHTMLAttributes } from 'react';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong shadow-xs',
  plain: 'border border-line bg-surface text-ink hover:bg-hover shadow-xs',
  quiet: 'text-muted hover:bg-hover hover:text-ink',
  danger: 'border border-line bg-surface text-danger hover:bg-danger-wash shadow-xs',
};

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: Look;
  readonly size?: 'small' | 'normal';
  /** While true the button does nothing, keeps its focus, and says so. */
  readonly busy?: boolean;
};

export function Button({
  look = 'plain',
  size = 'normal',
  busy = false,
  className = '',
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const box = size === 'small' ? 'min-h-7 px-2 text-[0.8125rem] gap-1.5' : 'min-h-9 px-3.5 gap-2';
  return (
    <button
      {...rest}
      // oxlint-disable-next-line react/button-has-type -- it has one; its default is `button`
      type={busy && type === 'submit' ? 'button' : type}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={`inline-flex items-center justify-center rounded-[var(--radius)] font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-60 aria-busy:cursor-progress ${box} ${looks[look]} ${className}`}
    />
  );
}
