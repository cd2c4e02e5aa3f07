import { useEffect, useRef } from 'react';
import { shortcuts } from './preferences.ts';

/** Mac says ⌘ where others say Ctrl. */
export const commandKey = (): string => (/mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl');

const typing = 'input, textarea, select, [contenteditable=true], [role=menu], [role=listbox], [role=combobox]';

export type KeyMap = {
  /** ⌘ or Ctrl with K. */
  readonly palette: () => void;
  readonly help: () => void;
  /** The letter after `g`; true when it led somewhere. */
  readonly go: (letter: string) => boolean;
  readonly refresh: () => void;
};

/** Whether single letters mean nothing right now: switched off, something is typed into, or a layer lies above the page. */
function isBusy(event: KeyboardEvent, layered: boolean): boolean {
  if (event.defaultPrevented || event.isComposing || event.metaKey || event.ctrlKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : null;
  const layer = document.querySelector('[role=dialog], [role=alertdialog]') !== null;
  return shortcuts.read() === 'off' || target?.closest(typing) !== null || (layer && !layered);
}

/** Keys of a page, as long as it is there: `{ t: pause }`. `layered` ones also work in a layer above it, such as a peek. */
export function useLetters(letters: Readonly<Record<string, () => void>>, layered = false): void {
  const now = useRef(letters);
  useEffect(() => {
    now.current = letters;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!Object.hasOwn(now.current, event.key) || isBusy(event, layered)) return;
      event.preventDefault();
      now.current[event.key]?.();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [layered]);
}

/** How long `g` waits for its letter. */
const patienceMs = 1500;

/**
 * The keys of the whole console. Single letters never fire while something is typed into or a layer lies above the page, and
 * can be switched off (WCAG 2.1.4).
 */
export function useKeyMap(map: KeyMap): void {
  const now = useRef(map);
  useEffect(() => {
    now.current = map;
  });
  useEffect(() => {
    let leader = -Infinity;
    const letter = (event: KeyboardEvent): boolean => {
      const led = event.timeStamp - leader < patienceMs;
      leader = -Infinity;
      if (led) return now.current.go(event.key);
      if (event.key === 'g') leader = event.timeStamp;
      else if (event.key === '?') now.current.help();
      else if (event.key === 'r') now.current.refresh();
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('main [data-search-field]');
        if (field === null) return false;
        field.focus();
      } else return false;
      return true;
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if (event.key === 'k' && (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        now.current.palette();
        return;
      }
      if (!isBusy(event, false) && letter(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
