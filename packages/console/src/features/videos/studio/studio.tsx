import { AudioLines, Clapperboard, ImagePlus, Mic, Music, Paintbrush, type LucideIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import { UsableKeys, useUsableKeys } from '../../../components/keys/usable-keys.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { ErrorState } from '../../../components/ui/error-state.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { Select } from '../../../components/ui/select.tsx';
import { useOperation } from '../../../lib/operations.ts';
import { useSearchState } from '../../../lib/search-state.ts';
import { z } from '../../../lib/zod.ts';
import { factsOf, modelsFor, modes, newDraft, type Draft, type Mode } from './modes.ts';
import { Pieces } from './pieces.tsx';
import { StudioForm } from './studio-form.tsx';
import { useStudio } from './use-studio.ts';
import { useStudioWords } from './words.ts';

const searchSchema = z.object({
  mode: z.enum(modes).optional(),
  model: z.string().max(200).optional(),
  prompt: z.string().max(4000).optional(),
  seconds: z.coerce.number().int().min(1).max(60).optional(),
  size: z.string().max(20).optional(),
});

const icons: Readonly<Record<Mode, LucideIcon>> = {
  image: ImagePlus,
  edit: Paintbrush,
  speech: AudioLines,
  transcription: Mic,
  video: Clapperboard,
  music: Music,
};

/** Pictures, sound and film from a few words, as a key of one's own: with its limits and at its cost. */
export default function StudioPage() {
  const t = useStudioWords();
  const keys = useUsableKeys();
  return (
    <>
      <PageHeader title={t('title')} description={t('what')} />
      <UsableKeys
        keys={keys}
        words={{ unread: t('keysUnread'), none: t('noKey'), what: t('noKeyWhat'), toKeys: t('toKeys') }}
      >
        {(usable) => <Workshop keys={usable} />}
      </UsableKeys>
    </>
  );
}

type UsableKey = { readonly id: string; readonly name: string; readonly models: readonly string[] | null };

/** A key that may ask any model has the most to offer. */
const usualKey = (keys: readonly UsableKey[]): string =>
  (keys.find(({ models }) => models === null) ?? keys[0])?.id ?? '';

function Workshop({ keys }: { readonly keys: readonly UsableKey[] }) {
  const t = useStudioWords();
  const [asked, changeSearch] = useSearchState(searchSchema);
  const mode = asked.mode ?? 'image';
  const [keyId, setKeyId] = useState(usualKey(keys));
  const [draft, setDraft] = useState<Draft>({
    ...newDraft,
    prompt: asked.prompt ?? '',
    seconds: asked.seconds ?? null,
    size: asked.size ?? '',
  });
  const { pieces, make } = useStudio();
  const { models, error, retry } = useModels(keyId, mode);
  const model = models?.find((name) => name === asked.model) ?? models?.[0];
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[22rem_minmax(0,1fr)]">
      <Card>
        <div className="flex flex-col gap-4">
          <div className="-mx-1 overflow-x-auto px-1 py-1">
            <Segmented
              label={t('mode')}
              value={mode}
              onChange={(next) => changeSearch({ mode: next, model: undefined })}
              segments={modes.map((value) => ({ value, label: t(`modes.${value}`), icon: icons[value] }))}
              iconsOnly
            />
          </div>
          <p className="text-small text-muted">{t(`modeWhat.${mode}`)}</p>
          {keys.length > 1 && (
            <Select
              label={t('key')}
              choices={keys.map(({ id, name }) => ({ value: id, label: name }))}
              value={keyId}
              onChange={setKeyId}
            />
          )}
          {models === undefined && error !== null ? (
            <ErrorState title={t('modelsUnread')} error={error} onRetry={retry} />
          ) : models?.length === 0 ? (
            <Notice tone="warn" title={t('noModels')} />
          ) : (
            <Select
              label={t('model')}
              choices={(models ?? []).map((name) => ({ value: name, label: name }))}
              value={model ?? null}
              onChange={(next) => changeSearch({ model: next })}
            />
          )}
          <StudioForm
            key={mode}
            mode={mode}
            draft={draft}
            change={(patch) => setDraft((before) => ({ ...before, ...patch }))}
          />
          <Button
            look="primary"
            icon={icons[mode]}
            isDisabled={model === undefined || !factsOf[mode].isReady(draft)}
            onPress={() => {
              if (model !== undefined) void make(keyId, mode, model, draft);
            }}
          >
            {t(`verbs.${mode}`)}
          </Button>
        </div>
      </Card>
      <Pieces pieces={pieces} />
    </div>
  );
}

/** The models of a key for a mode, undefined until they are known; or why they could not be read. */
function useModels(keyId: string, mode: Mode) {
  const { data, error, refetch } = useOperation('keys.effective', { params: { id: keyId } });
  const all = data?.models.data;
  const models = useMemo(() => all && modelsFor(mode, all), [mode, all]);
  return { models, error, retry: () => void refetch() };
}
