import { useLayoutEffect, useState, type RefObject } from 'react';

const least = 320;
const belowIt = 24;

/**
 * How high an element may be, in pixels, so that it ends at the foot of the window and scrolls by itself rather than the page;
 * `given` where that was decided elsewhere.
 */
export function useHeightToFoot(element: RefObject<HTMLElement | null>, given?: number): number {
  const [height, setHeight] = useState(given ?? 600);
  useLayoutEffect(() => {
    if (given !== undefined) return undefined;
    const measure = (): void => {
      const top = (element.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setHeight(Math.max(least, window.innerHeight - top - belowIt));
    };
    measure();
    window.addEventListener('resize', measure);
    // What stands above may come later, such as an announcement.
    const around = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(measure);
    around?.observe(document.body);
    return () => {
      window.removeEventListener('resize', measure);
      around?.disconnect();
    };
  }, [element, given]);
  return given ?? height;
}
