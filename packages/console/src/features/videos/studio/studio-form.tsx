import { FileDrop } from '../../../components/ui/file-drop.tsx';
import { NumberField } from '../../../components/ui/number-field.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { TextArea, TextField } from '../../../components/ui/text-field.tsx';
import { Switch } from '../../../components/ui/toggles.tsx';
import { factsOf, type Draft, type Field, type Mode } from './modes.ts';
import { useStudioWords } from './words.ts';

type Props = { readonly mode: Mode; readonly draft: Draft; readonly change: (patch: Partial<Draft>) => void };

/** The fields of a mode. */
export function StudioForm({ mode, draft, change }: Props) {
  return (
    <>
      {factsOf[mode].fields.map((field) => (
        <FieldOf key={field} field={field} mode={mode} draft={draft} change={change} />
      ))}
    </>
  );
}

const qualities = ['low', 'medium', 'high'] as const;
const formats = ['mp3', 'wav', 'opus'] as const;

function FieldOf({ field, mode, draft, change }: Props & { readonly field: Field }) {
  const t = useStudioWords();
  const usual = { value: '', label: t('usual') };
  switch (field) {
    case 'prompt':
      return (
        <TextArea
          label={mode === 'speech' ? t('text') : t('prompt')}
          rows={4}
          value={draft.prompt}
          onChange={(prompt) => change({ prompt })}
        />
      );
    case 'pictures':
    case 'picture':
      return (
        <FileDrop
          label={field === 'pictures' ? t('pictures') : t('firstPicture')}
          help={field === 'pictures' ? t('picturesHelp') : t('firstPictureHelp')}
          accept={['image/png', 'image/jpeg', 'image/webp']}
          multiple={field === 'pictures'}
          compact
          onFiles={(pictures) => change({ pictures: pictures.slice(0, 16) })}
        />
      );
    case 'recording':
      return (
        <FileDrop
          label={t('recording')}
          help={t('recordingHelp')}
          accept={['audio/*', 'video/mp4', 'video/webm']}
          onFiles={([recording]) => change({ recording })}
        />
      );
    case 'size':
      return (
        <Select
          label={t('size')}
          choices={[usual, ...factsOf[mode].sizes.map((size) => ({ value: size, label: size.replace('x', ' × ') }))]}
          value={factsOf[mode].sizes.includes(draft.size) ? draft.size : ''}
          onChange={(size) => change({ size })}
        />
      );
    case 'quality':
      return (
        <Select
          label={t('quality')}
          choices={[usual, ...qualities.map((value) => ({ value, label: t(`qualities.${value}`) }))]}
          value={draft.quality}
          onChange={(quality) => change({ quality })}
        />
      );
    case 'count':
      return (
        <NumberField
          label={t('count')}
          value={draft.count}
          onChange={(count) => change({ count: count ?? 1 })}
          min={1}
          max={4}
        />
      );
    case 'seconds':
      return (
        <NumberField
          label={t('seconds')}
          help={t('secondsHelp')}
          value={draft.seconds}
          onChange={(seconds) => change({ seconds })}
          min={1}
          max={60}
        />
      );
    case 'voice':
      return (
        <TextField
          label={t('voice')}
          help={t('voiceHelp')}
          value={draft.voice}
          onChange={(voice) => change({ voice })}
        />
      );
    case 'format':
      return (
        <Select
          label={t('format')}
          choices={formats.map((value) => ({ value, label: value.toUpperCase() }))}
          value={draft.format}
          onChange={(format) => change({ format })}
        />
      );
    case 'language':
      return (
        <TextField
          label={t('language')}
          help={t('languageHelp')}
          value={draft.language}
          onChange={(language) => change({ language })}
        />
      );
    case 'title':
      return <TextField label={t('songTitle')} value={draft.title} onChange={(title) => change({ title })} />;
    case 'instrumental':
      return (
        <Switch
          label={t('instrumental')}
          value={draft.instrumental}
          onChange={(instrumental) => change({ instrumental })}
        />
      );
  }
}
