import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { FileDrop } from '../../components/ui/file-drop.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { TextField } from '../../components/ui/text-field.tsx';
import { addressOf } from '../../lib/base.ts';
import { useAction } from '../../lib/operations.ts';
import { useSettingWords } from './words.ts';

type ImageControlProps = {
  readonly label: string;
  /** Name of an image that the gateway has; empty for none. */
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (name: string) => void;
};

/** An image from a file or an address: the gateway keeps it at once, and the setting names it when it is saved. */
export function ImageControl({ label, value, disabled, onChange }: ImageControlProps) {
  const t = useSettingWords();
  const [url, setUrl] = useState('');
  const add = useAction('site.images.add');
  const send = async (body: { readonly base64: string } | { readonly url: string }): Promise<void> => {
    const image = await add.run({ body });
    if (image !== undefined) onChange(image.answer.name);
  };
  return (
    <div role="group" aria-label={label} className="grid gap-2">
      {value !== '' && (
        <div className="flex items-center gap-3">
          <Preview name={value} look="bg-white" />
          <Preview name={value} look="bg-[#0d0f13]" />
          <Button size="small" isDisabled={disabled} onPress={() => onChange('')}>
            {t('image.remove')}
          </Button>
        </div>
      )}
      {!disabled && (
        <>
          <FileDrop
            compact
            label={t('image.drop')}
            help={t('image.kinds')}
            accept={['image/png', 'image/jpeg', 'image/webp']}
            onFiles={([file]) => {
              if (file !== undefined) void base64Of(file).then((base64) => send({ base64 }));
            }}
          />
          <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2">
            <TextField
              hideLabel
              label={t('image.address')}
              value={url}
              onChange={setUrl}
              placeholder={t('image.addressHint')}
            />
            <Button isDisabled={!/^https:\/\/./.test(url)} busy={add.busy} onPress={() => void send({ url })}>
              {t('image.fetch')}
            </Button>
          </div>
        </>
      )}
      {add.error !== null && <Notice tone="danger" title={add.error.message} />}
    </div>
  );
}

/** As it looks on a theme's ground. */
const Preview = ({ name, look }: { readonly name: string; readonly look: string }) => (
  <span className={`grid size-12 place-items-center rounded-md border border-line ${look}`}>
    <img alt="" src={addressOf(`site-images/${name}`)} className="size-8 object-contain" />
  </span>
);

/** The bytes of a file as the gateway takes them. */
const base64Of = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      // Read as a data: URL, it is a text.
      resolve(typeof reader.result === 'string' ? reader.result.replace(/^[^,]*,/, '') : '');
    });
    reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')));
    reader.readAsDataURL(file);
  });
