import { useCallback, useState } from 'react';
import { api } from '../../../lib/api.ts';
import { costOf } from '../../../lib/cost-of.ts';
import { dataUrlOf } from '../../../lib/data-url.ts';
import { freshId } from '../../../lib/fresh-id.ts';
import { factsOf, failureIn, readMade, type Draft, type Made, type Mode } from './modes.ts';

/** Something that was asked for here, and what came of it. */
export type Piece = {
  readonly id: string;
  readonly mode: Mode;
  readonly model: string;
  readonly prompt: string;
  readonly at: number;
  /** Undefined while it is waited for. */
  readonly made?: Made;
  readonly failure?: string;
  readonly requestId?: string;
  /** Of what was done at once; a task knows itself what it costs. */
  readonly amountNanos?: string;
};

/** Has things made, and keeps what was made since the page was opened, the newest first. */
export function useStudio() {
  const [pieces, setPieces] = useState<readonly Piece[]>([]);
  const make = useCallback(async (keyId: string, mode: Mode, model: string, draft: Draft): Promise<void> => {
    const id = freshId();
    const prompt = mode === 'transcription' ? (draft.recording?.name ?? '') : draft.prompt.trim();
    setPieces((before) => [{ id, mode, model, prompt, at: Date.now() }, ...before]);
    const note = (patch: Partial<Piece>): void =>
      setPieces((before) => before.map((piece) => (piece.id === id ? { ...piece, ...patch } : piece)));
    try {
      const pictures = mode === 'video' ? await Promise.all(draft.pictures.slice(0, 1).map(dataUrlOf)) : [];
      const { operation, body } = factsOf[mode].order(model, draft, pictures);
      const response = await api.relay(operation, { params: { id: keyId }, body });
      const requestId = response.headers.get('x-request-id') ?? undefined;
      if (requestId !== undefined) note({ requestId });
      const isSound = response.ok && mode === 'speech';
      const told: unknown = isSound ? undefined : await response.json().catch(() => undefined);
      if (!response.ok) return note({ failure: failureIn(response.status, told) });
      const made: Made | undefined = isSound
        ? { kind: 'sound', blob: await response.blob(), format: draft.format }
        : readMade(mode, told);
      note(made === undefined ? { failure: failureIn(response.status, undefined) } : { made });
      if (made === undefined || made.kind === 'task' || requestId === undefined) return;
      const amountNanos = await costOf(keyId, requestId);
      if (amountNanos !== undefined) note({ amountNanos });
    } catch (error) {
      note({ failure: error instanceof Error ? error.message : String(error) });
    }
  }, []);
  return { pieces, make };
}
