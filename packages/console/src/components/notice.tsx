import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { ApiError } from '../lib/client.ts';
import { Icon, type IconName } from './icon.tsx';

type Tone = 'danger' | 'warn' | 'good';

const tones: Readonly<Record<Tone, { readonly box: string; readonly icon: IconName }>> = {
  danger: { box: 'bg-danger-wash text-danger', icon: 'warning' },
  warn: { box: 'bg-warn-wash text-warn', icon: 'warning' },
  good: { box: 'bg-good-wash text-good', icon: 'check' },
};

type NoticeProps = {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  /** Takes the focus when it appears: for the summary of a form that was refused. */
  readonly focus?: boolean;
};

export function Notice({ tone, title, children, focus = false }: NoticeProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus, title]);
  return (
    <div
      ref={box}
      role={tone === 'danger' ? 'alert' : 'status'}
      tabIndex={focus ? -1 : undefined}
      className={`flex gap-2.5 rounded-[var(--radius)] px-3.5 py-3 ${tones[tone].box}`}
    >
      <Icon name={tones[tone].icon} className="mt-0.5 size-4" />
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="mt-0.5 text-ink">{children}</div>}
      </div>
    </div>
  );
}

/** What failed, in the gateway's own words, with the id that finds it in the logs when it is the gateway's fault. */
export function ErrorNotice({
  title,
  error,
  focus,
}: {
  readonly title: string;
  readonly error: Error;
  readonly focus?: boolean;
}) {
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : undefined;
  return (
    <Notice tone="danger" title={title} {...(focus === undefined ? {} : { focus })}>
      <p>{error.message}</p>
      {requestId !== undefined && <p className="mt-1 font-mono text-xs break-all text-muted">{requestId}</p>}
    </Notice>
  );
}
