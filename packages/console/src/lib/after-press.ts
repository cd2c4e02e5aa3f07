let pressed = false;
const options = { capture: true };
const listen = (type: 'pointerdown' | 'pointerup' | 'pointercancel', down: boolean): void =>
  globalThis.addEventListener?.(type, () => (pressed = down), options);
listen('pointerdown', true);
listen('pointerup', false);
listen('pointercancel', false);

/**
 * Runs something at once; or, while a pointer is pressed, after what was pressed has been told of it. What appears in between, such as
 * the error of the field that is left, would move a button away under the pointer, and the press would be lost.
 */
export function afterPress(run: () => void): void {
  if (!pressed) return run();
  const ended = (): void => {
    globalThis.removeEventListener('pointerup', ended, options);
    globalThis.removeEventListener('pointercancel', ended, options);
    setTimeout(run);
  };
  globalThis.addEventListener('pointerup', ended, options);
  globalThis.addEventListener('pointercancel', ended, options);
}
