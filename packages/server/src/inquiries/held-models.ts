import { parseObject } from '@tollgate/wire/json/fields';
import type { Target } from '../domain/rank-channels.ts';
import { redact } from '../domain/redact.ts';
import { Refusal } from '../domain/refusal.ts';
import type { HeldModel, ModelLibrary, PullStep } from '../providers/account.ts';
import { askAccount, refusalOf, requestOf, type InquiryDeps } from './ask-account.ts';

/** A model that a server is told to fetch, as far as it is. */
export type Pull = Omit<PullStep, 'done' | 'problem'> & { readonly model: string; readonly problem: string | null };

/** A server says something every second while it fetches; one that is silent for so long has stopped. */
const silentMs = 300_000;
/** Fetched at once, of all channels together. */
const most = 8;
/** A line that is longer is no step. */
const longestLine = 64 << 10;

/**
 * The models that servers of one's own hold. What is being fetched is known to this process alone: when it ends, the server
 * gives up, keeps what it has, and goes on from there when it is told again.
 */
export function heldModels(deps: InquiryDeps) {
  const pulls = new Map<string, Pull>();
  const keyOf = ({ channel }: Target, model: string): string => `${channel.id} ${model}`;
  const list = async (target: Target): Promise<{ models: HeldModel[]; pulls: Pull[] }> => {
    const { label } = target.channel.provider;
    const models = libraryOf(target).list.read(await askAccount(deps, target, libraryOf(target).list));
    if (!models) throw new Refusal('upstream_error', `${label} did not answer with a list of models.`);
    const here = [...pulls].filter(([key]) => key.startsWith(keyOf(target, '')));
    return { models: [...models], pulls: here.map(([, pull]) => pull) };
  };
  return {
    list,
    /** Begins to fetch a model; one that is being fetched already is left to it. Throws a refusal when it cannot begin. */
    async pull(target: Target, model: string): Promise<void> {
      const key = keyOf(target, model);
      const going = [...pulls.values()].filter(({ problem }) => problem === null);
      if (pulls.get(key)?.problem === null) return;
      if (going.length >= most)
        throw new Refusal('conflict', `${most} models are being fetched already: wait for one.`);
      const { pull } = libraryOf(target);
      pulls.set(key, { model, step: '', doneBytes: null, totalBytes: null, problem: null });
      try {
        await begin(
          deps,
          target,
          { ...pull, method: 'POST', body: pull.body(model) },
          ({ done, problem = null, ...step }) => {
            if (done) pulls.delete(key);
            else pulls.set(key, { model, ...step, problem });
          },
        );
      } catch (error) {
        pulls.delete(key);
        throw error;
      }
    },
    /** Removes a model; of one that could not be fetched, only what is told of that. */
    async remove(target: Target, model: string): Promise<void> {
      const { remove } = libraryOf(target);
      const pull = pulls.get(keyOf(target, model));
      if (pull?.problem === null) throw new Refusal('conflict', `${model} is being fetched.`);
      pulls.delete(keyOf(target, model));
      if (pull !== undefined) return;
      await askAccount(deps, target, { path: remove.path, method: 'DELETE', body: remove.body(model) });
    },
  };
}

function libraryOf({ channel: { provider } }: Target): ModelLibrary {
  if (provider.library) return provider.library;
  throw new Refusal('operation_not_supported', `What ${provider.label} holds is not for its clients to say.`);
}

type Question = Parameters<typeof requestOf>[2] & Pick<ModelLibrary['pull'], 'read'>;

/** Sends the request, and tells each step until the last, which is `done` or has a problem. */
async function begin(
  deps: InquiryDeps,
  target: Target,
  question: Question,
  tell: (step: PullStep) => void,
): Promise<void> {
  const request = await requestOf(deps, target, question);
  const { label } = target.channel.provider;
  const decoder = new TextDecoder();
  let [status, pending, last] = [0, '', nothing];
  let over = false;
  const end = (problem: string | undefined): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    call.abort();
    tell({ ...last, done: problem === undefined, problem });
  };
  const read = (line: string): void => {
    const json = status === 200 ? parseObject(line) : undefined;
    if (json === undefined || over) return;
    last = question.read(json);
    if (last.problem !== undefined) end(redact(last.problem).slice(0, 300));
    else if (last.done) end(undefined);
    else tell(last);
  };
  const silence = () => setTimeout(() => end(`${label} said nothing for five minutes.`), silentMs);
  let timer = silence();
  const call = deps.upstream.send(request, {
    head: (answered) => {
      status = answered;
    },
    data(chunk) {
      clearTimeout(timer);
      timer = silence();
      const lines = (pending + decoder.decode(chunk, { stream: true })).split('\n');
      pending = (lines.pop() ?? '').slice(-longestLine);
      for (const line of lines) read(line);
    },
    end() {
      read(pending);
      end(status === 200 ? `${label} ended before the model was there.` : refusalOf(target, status, pending).message);
    },
    fail: (_cause, message) => end(`${label} broke off: ${redact(message)}`),
  });
}

const nothing: PullStep = { step: '', doneBytes: null, totalBytes: null, done: false };
