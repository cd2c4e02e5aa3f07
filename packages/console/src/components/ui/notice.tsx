import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';

export type Tone = 'danger' | 'warn' | 'good' | 'info';

const tones = {
  danger: { box: 'border-danger/30 bg-danger-wash', ink: 'text-danger', icon: CircleAlert },
  warn: { box: 'border-warn/30 bg-warn-wash', ink: 'text-warn', icon: TriangleAlert },
  good: { box: 'border-good/30 bg-good-wash', ink: 'text-good', icon: CircleCheck },
  info: { box: 'border-line bg-sunken', ink: 'text-ink', icon: Info },
} as const;

type NoticeProps = {
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** At its end, such as what puts it away. */
  readonly aside?: ReactNode;
  /** Takes the focus when it appears: for the summary of a form that was refused. */
  readonly focus?: boolean | undefined;
};

/** Something to know where it belongs: what failed, what is special about this page. */
export function Notice({ tone, title, children, actions, aside, focus = false }: NoticeProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus, title]);
  const { box: look, ink, icon: Icon } = tones[tone];
  return (
    <div
      ref={box}
      role={tone === 'danger' ? 'alert' : 'status'}
      tabIndex={focus ? -1 : undefined}
      className={`flex gap-2.5 rounded-md border px-3 py-2.5 ${look}`}
    >
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${ink}`} />
      <div className="min-w-0 grow">
        <p className={`font-medium ${ink}`}>{title}</p>
        {children !== undefined && <div className="mt-0.5 text-small text-ink wrap-anywhere">{children}</div>}
        {actions !== undefined && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
      {aside !== undefined && <div className="-my-1 shrink-0 self-start">{aside}</div>}
    </div>
  );
}
