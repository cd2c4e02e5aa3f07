import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import {
  Text,
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { ApiError } from '../../lib/client.ts';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { queue } from './toast-queue.ts';
import { useUiWords } from './words.ts';

const icons = { good: CircleCheck, danger: CircleAlert, plain: Info } as const;
const tones = { good: 'text-good', danger: 'text-danger', plain: 'text-muted' } as const;

/** Where toasts appear: once, in the shell. */
export default function Toasts() {
  const t = useUiWords();
  return (
    <ToastRegion
      queue={queue}
      aria-label={t('notifications')}
      className="fixed inset-e-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 outline-none max-md:bottom-20"
    >
      {({ toast }) => {
        const { title, detail, tone = 'good', error, undo } = toast.content;
        const Icon = icons[tone];
        return (
          <AriaToast
            toast={toast}
            className="flex items-start gap-2.5 rounded-lg border border-line bg-raised p-3 shadow-overlay animate-appear"
          >
            <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tones[tone]}`} />
            <ToastContent className="flex min-w-0 grow flex-col gap-0.5">
              <Text slot="title" className="text-sm font-medium wrap-anywhere">
                {title}
              </Text>
              {(detail !== undefined || error !== undefined) && (
                <Text slot="description" className="text-small text-muted wrap-anywhere">
                  {detail ?? error?.message}
                  {error instanceof ApiError && error.requestId !== undefined && (
                    <code className="block pt-0.5 font-mono text-xs">{error.requestId}</code>
                  )}
                </Text>
              )}
            </ToastContent>
            {undo !== undefined && (
              <Button
                size="small"
                onPress={() => {
                  undo();
                  queue.close(toast.key);
                }}
              >
                {t('undo')}
              </Button>
            )}
            <IconButton icon={X} label={t('dismiss')} size="small" slot="close" />
          </AriaToast>
        );
      }}
    </ToastRegion>
  );
}
