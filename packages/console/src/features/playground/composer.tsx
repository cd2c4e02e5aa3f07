import { ImagePlus, SendHorizontal, Square, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { TextArea } from '../../components/ui/text-field.tsx';
import type { Column } from './conversation.ts';
import { readImages } from './images.ts';
import { mistakeOf } from './request.ts';
import { usePlaygroundWords } from './words.ts';

type ComposerProps = {
  readonly columns: readonly Column[];
  readonly busy: boolean;
  readonly onSend: (said: { readonly text: string; readonly images: readonly string[] }) => void;
  readonly onStop: () => void;
};

/** What is said next, to all columns at once. Enter sends; with Shift it is a new line. */
export function Composer({ columns, busy, onSend, onStop }: ComposerProps) {
  const t = usePlaygroundWords();
  const [text, setText] = useState('');
  const [images, setImages] = useState<readonly string[]>([]);
  const [refused, setRefused] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const ready = columns.every((column) => column.model !== '' && mistakeOf(column) === undefined);
  const sendable = ready && !busy && (text.trim() !== '' || images.length > 0);
  const send = (): void => {
    if (!sendable) return;
    onSend({ text: text.trim(), images });
    setText('');
    setImages([]);
  };
  const take = async (chosen: readonly File[]): Promise<void> => {
    if (chosen.length === 0) return;
    const read = await readImages(chosen);
    setRefused(read.refused);
    setImages((before) => [...before, ...read.images]);
  };
  return (
    <form
      className="sticky bottom-3 z-10 rounded-lg border border-line-strong bg-raised p-2.5 shadow-overlay max-md:bottom-[calc(var(--phone-bar)+0.5rem)]"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onPaste={(event) => {
        const pasted = [...event.clipboardData.files];
        if (pasted.length === 0) return;
        event.preventDefault();
        void take(pasted);
      }}
    >
      {refused && <Notice tone="warn" title={t('imageRefused')} />}
      {images.length > 0 && (
        <ul className="mb-2 flex flex-wrap gap-2">
          {images.map((url, index) => (
            <li key={index} className="flex items-start">
              <img src={url} alt={t('image', { number: index + 1 })} className="h-16 rounded-md border border-line" />
              <IconButton
                size="small"
                icon={X}
                label={t('removeImage', { number: index + 1 })}
                onPress={() => setImages(images.filter((_, place) => place !== index))}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-end gap-2">
        <input
          ref={files}
          type="file"
          accept="image/png,image/jpeg,image/gif,image/webp"
          multiple
          hidden
          onChange={(event) => {
            void take([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <IconButton icon={ImagePlus} label={t('addImage')} onPress={() => files.current?.click()} />
        <div className="min-w-0 grow">
          <TextArea
            label={t('say')}
            hideLabel
            rows={2}
            placeholder={columns.length > 1 ? t('sayToAll', { count: columns.length }) : t('say')}
            value={text}
            onChange={setText}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              send();
            }}
          />
        </div>
        {busy ? (
          <Button icon={Square} onPress={onStop}>
            {t(columns.length > 1 ? 'stopAll' : 'stop')}
          </Button>
        ) : (
          <Button look="primary" type="submit" icon={SendHorizontal} isDisabled={!sendable}>
            {t('send')}
          </Button>
        )}
      </div>
    </form>
  );
}
