import type { OperationName } from '@tollgate/contract/operations/list';

/** What can be made here. */
export const modes = ['image', 'edit', 'speech', 'transcription', 'video', 'music'] as const;
export type Mode = (typeof modes)[number];

/** Which fields a mode has beside the model. */
export type Field =
  | 'prompt'
  | 'pictures'
  | 'picture'
  | 'recording'
  | 'size'
  | 'quality'
  | 'count'
  | 'seconds'
  | 'voice'
  | 'format'
  | 'language'
  | 'title'
  | 'instrumental';

/** Everything that is asked for, whichever mode asks; it stays when the mode changes. */
export type Draft = {
  readonly prompt: string;
  readonly pictures: readonly File[];
  readonly recording: File | undefined;
  /** Empty leaves it to the model, as with the others. */
  readonly size: string;
  readonly quality: string;
  readonly count: number;
  readonly seconds: number | null;
  readonly voice: string;
  readonly format: 'mp3' | 'wav' | 'opus';
  readonly language: string;
  readonly title: string;
  readonly instrumental: boolean;
};

export const newDraft: Draft = {
  prompt: '',
  pictures: [],
  recording: undefined,
  size: '',
  quality: '',
  count: 1,
  seconds: null,
  voice: 'alloy',
  format: 'mp3',
  language: '',
  title: '',
  instrumental: false,
};

/** A request that is ready to be sent. */
export type Order = {
  readonly operation: Extract<OperationName, `playground.${string}`>;
  readonly body: Readonly<Record<string, unknown>> | FormData;
};

type ModeFacts = {
  /** What a model must be able to do: any of these. */
  readonly serves: readonly string[];
  readonly fields: readonly Field[];
  readonly sizes: readonly string[];
  /** Whether everything is there that must be. */
  isReady(draft: Draft): boolean;
  order(model: string, draft: Draft, pictures: readonly string[]): Order;
};

const pictureSizes = ['1024x1024', '1536x1024', '1024x1536'] as const;
const hasPrompt = ({ prompt }: Draft): boolean => prompt.trim() !== '';

const lookOf = ({ size, quality }: Draft): Readonly<Record<string, string>> => ({
  ...(size !== '' && { size }),
  ...(quality !== '' && { quality }),
});

function formOf(
  fields: Readonly<Record<string, string | number>>,
  files: readonly (readonly [string, File])[],
): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  for (const [name, file] of files) form.append(name, file);
  return form;
}

/** Each mode's words for the gateway. `pictures` are those of the draft, as `data:` URLs. */
export const factsOf: Readonly<Record<Mode, ModeFacts>> = {
  image: {
    serves: ['images'],
    fields: ['prompt', 'size', 'quality', 'count'],
    sizes: pictureSizes,
    isReady: hasPrompt,
    order: (model, draft) => ({
      operation: 'playground.image',
      body: { model, prompt: draft.prompt.trim(), n: draft.count, ...lookOf(draft) },
    }),
  },
  edit: {
    serves: ['image-edits', 'images'],
    fields: ['pictures', 'prompt', 'size', 'quality', 'count'],
    sizes: pictureSizes,
    isReady: (draft) => hasPrompt(draft) && draft.pictures.length > 0,
    order: (model, draft) => ({
      operation: 'playground.imageEdit',
      body: formOf(
        { model, prompt: draft.prompt.trim(), n: draft.count, ...lookOf(draft) },
        draft.pictures.map((file) => [draft.pictures.length === 1 ? 'image' : 'image[]', file] as const),
      ),
    }),
  },
  speech: {
    serves: ['speech'],
    fields: ['prompt', 'voice', 'format'],
    sizes: [],
    isReady: (draft) => hasPrompt(draft) && draft.voice.trim() !== '',
    order: (model, { prompt, voice, format }) => ({
      operation: 'playground.speech',
      body: { model, input: prompt.trim(), voice: voice.trim(), response_format: format },
    }),
  },
  transcription: {
    serves: ['transcriptions'],
    fields: ['recording', 'language'],
    sizes: [],
    isReady: ({ recording }) => recording !== undefined,
    order: (model, { recording, language }) => ({
      operation: 'playground.transcription',
      body: formOf(
        { model, response_format: 'json', ...(language.trim() !== '' && { language: language.trim() }) },
        recording === undefined ? [] : [['file', recording]],
      ),
    }),
  },
  video: {
    serves: ['videos'],
    fields: ['prompt', 'picture', 'seconds', 'size'],
    sizes: ['1280x720', '720x1280', '1920x1080', '1080x1920', '1024x1024'],
    isReady: hasPrompt,
    order: (model, { prompt, seconds, size }, [picture]) => ({
      operation: 'playground.video',
      body: {
        model,
        prompt: prompt.trim(),
        ...(seconds !== null && { seconds: `${seconds}` }),
        ...(size !== '' && { size }),
        ...(picture !== undefined && { input_reference: { image_url: picture } }),
      },
    }),
  },
  music: {
    serves: ['music'],
    fields: ['prompt', 'title', 'instrumental'],
    sizes: [],
    isReady: hasPrompt,
    order: (_model, { prompt, title, instrumental }) => ({
      operation: 'playground.music',
      body: {
        gpt_description_prompt: prompt.trim(),
        make_instrumental: instrumental,
        ...(title.trim() !== '' && { title: title.trim() }),
      },
    }),
  },
};

/** Words in the names of models of which nothing else is known. */
const hints: Readonly<Record<Mode, RegExp>> = {
  image: /image|draw|paint/i,
  edit: /image|edit/i,
  speech: /tts|speech|voice/i,
  transcription: /transcri|asr|stt/i,
  video: /video|t2v|i2v/i,
  music: /music|song/i,
};

/** Models that may do what a mode needs: those that are known to, those whose names say so, and those of which nothing is known. */
export function modelsFor(
  mode: Mode,
  models: readonly { readonly name: string; readonly operations: readonly string[] | null }[],
): readonly string[] {
  const { serves } = factsOf[mode];
  const able = models.filter(({ operations }) => operations?.some((one) => serves.includes(one)) === true);
  const unknown = models.filter(({ operations }) => operations === null);
  const told = unknown.filter(({ name }) => hints[mode].test(name));
  return [...able, ...told, ...unknown.filter((model) => !told.includes(model))].map(({ name }) => name);
}

/** What came back: something to look at at once, or a task that is worked on. */
export type Made =
  | { readonly kind: 'pictures'; readonly addresses: readonly string[] }
  | { readonly kind: 'sound'; readonly blob: Blob; readonly format: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'task'; readonly taskId: string };

type Told = Readonly<Record<string, unknown>>;
const isTold = (value: unknown): value is Told => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads the gateway's answer, of a call that went well; undefined when there is nothing in it. */
export function readMade(mode: Mode, told: unknown): Made | undefined {
  if (!isTold(told)) return undefined;
  if (mode === 'image' || mode === 'edit') {
    const list = Array.isArray(told['data']) ? told['data'].filter(isTold) : [];
    const type = `image/${textOf(told['output_format']) || 'png'}`;
    const addresses = list.flatMap((one) => {
      const base64 = textOf(one['b64_json']);
      const address = base64 === '' ? textOf(one['url']) : `data:${type};base64,${base64}`;
      return address === '' ? [] : [address];
    });
    return addresses.length === 0 ? undefined : { kind: 'pictures', addresses };
  }
  if (mode === 'transcription')
    return typeof told['text'] === 'string' ? { kind: 'text', text: told['text'] } : undefined;
  const taskId = mode === 'music' ? textOf(told['data']) : textOf(told['id']);
  return taskId === '' ? undefined : { kind: 'task', taskId };
}

/** What the gateway says of a failure, in whichever protocol's words. */
export function failureIn(status: number, told: unknown): string {
  const error = isTold(told) ? (isTold(told['error']) ? told['error'] : told) : {};
  return textOf(error['message']) || `HTTP ${status}`;
}
