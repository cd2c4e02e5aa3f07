import { withoutHook } from '../../ir/videos.ts';
import { at, numberAt, textAt, textsAt } from '../../json/fields.ts';
import type { Invalid, JsonObject } from '../../protocol.ts';

/** What can be asked, by the last segment of the path. */
export const mjSubmissions = [
  'imagine',
  'action',
  'change',
  'simple-change',
  'describe',
  'blend',
  'shorten',
  'modal',
  'edits',
  'video',
  'upload-discord-images',
  'swap',
] as const;

export const mjModes = ['fast', 'relax', 'turbo'] as const;

/** A request for a drawing, as it is priced, pinned and written down. */
export type MjRequest = {
  /** `IMAGINE`, `UPSCALE`, …. */
  readonly action: string;
  /** `mj_imagine`; by it channels are found and prices set. */
  readonly model: string;
  readonly prompt: string;
  /** How fast it is to be made; undefined leaves it to the account. */
  readonly mode: string | undefined;
  /** The task that it goes on with, by the gateway's name of it, and whether that must be done. */
  readonly origin: { readonly id: string; readonly done: boolean } | undefined;
  readonly body: JsonObject;
};

const invalid = (message: string, param: string): Invalid => ({ invalid: message, param });

/** Actions of the buttons of a drawing, by what stands in the button's name. */
function actionOf(customId: string): string | undefined {
  const parts = customId.split('::');
  const word = (parts[2] ?? '').toLowerCase();
  if (parts[1] === 'JOB') {
    if (word.startsWith('upsample')) return 'UPSCALE';
    if (word.startsWith('low_variation')) return 'LOW_VARIATION';
    if (word.startsWith('high_variation')) return 'HIGH_VARIATION';
    if (word.startsWith('variation')) return 'VARIATION';
    if (word.startsWith('pan_')) return 'PAN';
    if (word.startsWith('reroll')) return 'REROLL';
    if (word.startsWith('animate') || word.startsWith('video')) return 'VIDEO';
    return undefined;
  }
  const kinds: Readonly<Record<string, string>> = {
    Outpaint: 'ZOOM',
    CustomZoom: 'CUSTOM_ZOOM',
    Inpaint: 'INPAINT',
    Picread: 'IMAGINE',
  };
  return kinds[parts[1] ?? ''];
}

/** `TASK U1`, `TASK V2`, `TASK R`. */
function readSimple(
  content: string,
): { readonly id: string; readonly action: string; readonly index?: number } | undefined {
  const [, id, letter, index] = /^(\S{1,100})\s{1,10}(?:([UV])([1-4])|R)$/i.exec(content.trim()) ?? [];
  if (id === undefined) return undefined;
  if (letter === undefined) return { id, action: 'REROLL' };
  return { id, action: letter.toUpperCase() === 'U' ? 'UPSCALE' : 'VARIATION', index: Number(index) };
}

type Step = Pick<MjRequest, 'action' | 'prompt' | 'origin'>;

/** What a submission asks for; each has fields of its own. */
const steps: Readonly<Record<(typeof mjSubmissions)[number], (json: JsonObject) => Step | Invalid>> = {
  imagine: (json) => prompted(json, 'IMAGINE'),
  shorten: (json) => prompted(json, 'SHORTEN'),
  edits(json) {
    const step = prompted(json, 'EDITS');
    if ('invalid' in step) return step;
    return (textAt(json, 'image') ?? '') === '' ? invalid('"image" must be a non-empty string.', 'image') : step;
  },
  video(json) {
    const id = textAt(json, 'taskId') ?? '';
    if (id === '' && (textAt(json, 'image') ?? '') === '' && (textAt(json, 'prompt') ?? '') === '')
      return invalid('"prompt" must be a non-empty string.', 'prompt');
    return {
      action: 'VIDEO',
      prompt: textAt(json, 'prompt') ?? '',
      origin: id === '' ? undefined : { id, done: true },
    };
  },
  describe: (json) =>
    (textAt(json, 'base64') ?? '') === '' && (textAt(json, 'link') ?? '') === ''
      ? invalid('"base64" must be a non-empty string.', 'base64')
      : { action: 'DESCRIBE', prompt: '', origin: undefined },
  blend(json) {
    const { length } = textsAt(json, 'base64Array');
    return length < 2 || length > 5
      ? invalid('"base64Array" must have 2 to 5 pictures.', 'base64Array')
      : { action: 'BLEND', prompt: '', origin: undefined };
  },
  'upload-discord-images': (json) =>
    textsAt(json, 'base64Array').length === 0
      ? invalid('"base64Array" must have pictures.', 'base64Array')
      : { action: 'UPLOAD', prompt: '', origin: undefined },
  swap(json) {
    for (const name of ['sourceBase64', 'targetBase64'])
      if ((textAt(json, name) ?? '') === '') return invalid(`"${name}" must be a non-empty string.`, name);
    return { action: 'SWAP_FACE', prompt: '', origin: undefined };
  },
  modal(json) {
    const id = textAt(json, 'taskId') ?? '';
    return id === ''
      ? invalid('"taskId" must be a non-empty string.', 'taskId')
      : { action: 'MODAL', prompt: textAt(json, 'prompt') ?? '', origin: { id, done: false } };
  },
  action(json) {
    const id = textAt(json, 'taskId') ?? '';
    if (id === '') return invalid('"taskId" must be a non-empty string.', 'taskId');
    const action = actionOf(textAt(json, 'customId') ?? '');
    return action === undefined
      ? invalid('"customId" must be that of a button.', 'customId')
      : { action, prompt: '', origin: { id, done: true } };
  },
  change(json) {
    const id = textAt(json, 'taskId') ?? '';
    if (id === '') return invalid('"taskId" must be a non-empty string.', 'taskId');
    const action = textAt(json, 'action') ?? '';
    if (!['UPSCALE', 'VARIATION', 'REROLL'].includes(action))
      return invalid('"action" must be one of UPSCALE, VARIATION, REROLL.', 'action');
    const index = numberAt(json, 'index') ?? 0;
    if (action !== 'REROLL' && !(Number.isInteger(index) && index >= 1 && index <= 4))
      return invalid('"index" must be from 1 to 4.', 'index');
    return { action, prompt: '', origin: { id, done: true } };
  },
  'simple-change'(json) {
    const change = readSimple(textAt(json, 'content') ?? '');
    return change
      ? { action: change.action, prompt: '', origin: { id: change.id, done: true } }
      : invalid('"content" must be a task and what is to be done, such as "TASK U1".', 'content');
  },
};

function prompted(json: JsonObject, action: string): Step | Invalid {
  const prompt = textAt(json, 'prompt') ?? '';
  return prompt === ''
    ? invalid('"prompt" must be a non-empty string.', 'prompt')
    : { action, prompt, origin: undefined };
}

const modeFlag = /\s{0,20}--(fast|relax|turbo)\b/gi;

/** Reads what is asked; `mode` is what the path says. */
export function readMjRequest(json: JsonObject, submission: string, mode: string | undefined): MjRequest | Invalid {
  const read = Object.hasOwn(steps, submission) ? steps[submission as keyof typeof steps] : undefined;
  if (!read) return invalid('There is no such submission.', 'action');
  const step = read(json);
  if ('invalid' in step) return step;
  const flagged = /--(fast|relax|turbo)\b/i.exec(step.prompt)?.[1]?.toLowerCase();
  return {
    ...step,
    model: step.action === 'SWAP_FACE' ? 'swap_face' : `mj_${step.action.toLowerCase()}`,
    mode: mode ?? flagged,
    body: bodyFor(json, mode),
  };
}

/** What goes up: whoever is to be told is told by the gateway, accounts are its own to choose, and the path's mode is the one that counts. */
function bodyFor(json: JsonObject, mode: string | undefined): JsonObject {
  const { accountFilter: _, ...rest } = withoutHook(json);
  const prompt = textAt(rest, 'prompt');
  return mode === undefined || prompt === undefined
    ? rest
    : { ...rest, prompt: prompt.replaceAll(modeFlag, '').trim() };
}

/** The body with the vendor's name of the task that it goes on with. */
export function withOrigin(json: JsonObject, ours: string, theirs: string): JsonObject {
  const content = textAt(json, 'content');
  if (content !== undefined) return { ...json, content: content.replace(ours, () => theirs) };
  return at(json, 'taskId') === ours ? { ...json, taskId: theirs } : json;
}
