import { ChevronRight, RotateCw, Square, Wrench } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { CodeBlock } from '../../components/ui/code-block.tsx';
import { CopyButton } from '../../components/ui/copy-button.tsx';
import { Link } from '../../components/ui/link.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { isOpen, type Answer, type Message, type ToolCall } from './conversation.ts';
import { Metrics } from './metrics.tsx';
import { readJson } from './request.ts';
import { usePlaygroundWords } from './words.ts';

const Markdown = lazy(() => import('../../components/markdown/markdown.tsx'));

type MessageProps = {
  readonly message: Message;
  readonly last: boolean;
  readonly onRetry: () => void;
  readonly onStop: () => void;
};

/** What was said by one of them. */
export function MessageView({ message, ...rest }: MessageProps) {
  const t = usePlaygroundWords();
  if (message.role === 'assistant') return <AnswerView answer={message} {...rest} />;
  if (message.role === 'tool')
    return (
      <div className="text-small">
        <p className="mb-1 text-muted">{t('resultOf', { name: message.name })}</p>
        <CodeBlock text={message.text} label={t('resultOf', { name: message.name })} />
      </div>
    );
  return (
    <div className="ms-auto max-w-[88%] rounded-lg bg-accent-wash px-3 py-2">
      <h3 className="sr-only">{t('you')}</h3>
      {message.images.map((url, index) => (
        <img key={index} src={url} alt={t('image', { number: index + 1 })} className="mb-2 max-h-48 rounded-md" />
      ))}
      <p className="whitespace-pre-wrap wrap-anywhere" dir="auto">
        {message.text}
      </p>
    </div>
  );
}

type AnswerProps = Omit<MessageProps, 'message'> & { readonly answer: Answer };

function AnswerView({ answer, last, onRetry, onStop }: AnswerProps) {
  const t = usePlaygroundWords();
  const { text, thinking, calls, state, failure, requestId } = answer;
  const open = isOpen(answer);
  return (
    <div className="flex min-w-0 flex-col gap-2" aria-busy={open}>
      <h3 className="sr-only">{t('answer')}</h3>
      {thinking !== '' && <Thinking text={thinking} now={open && text === ''} />}
      {text !== '' && (
        <Suspense fallback={<p className="whitespace-pre-wrap wrap-anywhere">{text}</p>}>
          <Markdown text={text} level={4} />
        </Suspense>
      )}
      {calls.map((call) => (
        <Call key={call.id === '' ? call.name : call.id} call={call} />
      ))}
      {open && text === '' && thinking === '' && calls.length === 0 && (
        <p className="animate-pulse text-small text-muted">{t('waiting')}</p>
      )}
      {failure !== undefined && (
        <Notice
          tone="danger"
          title={failure.message}
          actions={
            requestId === undefined ? undefined : (
              <Link to="/requests/$id" params={{ id: requestId }}>
                {t('viewRequest')}
              </Link>
            )
          }
        >
          <code className="font-mono text-xs">
            {failure.status === 0 ? failure.code : `${failure.status} ${failure.code}`}
          </code>
        </Notice>
      )}
      {state === 'stopped' && <p className="text-small text-muted">{t('stopped')}</p>}
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        {failure === undefined && <Metrics answer={answer} />}
        <div className="ms-auto flex items-center">
          {text !== '' && !open && <CopyButton text={text} what={t('theAnswer')} iconOnly />}
          {open ? (
            <Button size="small" look="quiet" icon={Square} onPress={onStop}>
              {t('stop')}
            </Button>
          ) : (
            last && (
              <Button size="small" look="quiet" icon={RotateCw} onPress={onRetry}>
                {t('retry')}
              </Button>
            )
          )}
        </div>
      </div>
    </div>
  );
}

const summary =
  'flex cursor-pointer items-center gap-1.5 rounded-sm text-small text-muted select-none hover:text-ink [&::-webkit-details-marker]:hidden';

/** What a model thought before it answered: there for whoever wants it. */
function Thinking({ text, now }: { readonly text: string; readonly now: boolean }) {
  const t = usePlaygroundWords();
  return (
    <details className="group">
      <summary className={summary}>
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90 rtl:-scale-x-100" />
        <span className={now ? 'animate-pulse' : ''}>{t(now ? 'isThinking' : 'thinking')}</span>
      </summary>
      <p
        className="mt-1.5 border-s-2 border-line ps-3 text-small whitespace-pre-wrap text-muted wrap-anywhere"
        dir="auto"
      >
        {text}
      </p>
    </details>
  );
}

function Call({ call }: { readonly call: ToolCall }) {
  const t = usePlaygroundWords();
  const given = readJson(call.arguments);
  return (
    <details className="group rounded-md border border-line" open>
      <summary className={`${summary} px-2.5 py-1.5`}>
        <Wrench aria-hidden className="size-3.5" />
        {t('calls')} <code className="font-mono text-ink">{call.name}</code>
      </summary>
      <div className="p-2 pt-0">
        <CodeBlock
          text={given === undefined ? call.arguments : JSON.stringify(given, undefined, 2)}
          label={t('argumentsOf', { name: call.name })}
        />
      </div>
    </details>
  );
}
