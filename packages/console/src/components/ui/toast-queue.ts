import { flushSync } from 'react-dom';
import { UNSTABLE_ToastQueue as ToastQueue } from 'react-aria-components';

export type ToastWords = {
  readonly title: string;
  readonly detail?: string;
  readonly tone?: 'good' | 'danger' | 'plain';
  /** What failed; its message and request id are shown. */
  readonly error?: Error;
  /** Takes back what was done, for as long as the toast is there. */
  readonly undo?: () => void;
};

/** What `Toasts` shows. */
export const queue = new ToastQueue<ToastWords>({
  maxVisibleToasts: 3,
  wrapUpdate: (update) => flushSync(update),
});

/** React Aria's least: a toast must stay long enough to be read. */
const stayMs = 6000;
const undoMs = 10_000;

/** Says that something was done, or failed, without taking the focus. Never the only place of an error in a form. */
export function showToast(words: ToastWords): void {
  // What failed stays until it was seen.
  queue.add(words, words.tone === 'danger' ? {} : { timeout: words.undo === undefined ? stayMs : undoMs });
}

/** Takes every toast away, such as when somebody else signs in. */
export const clearToasts = (): void => queue.clear();
