import { utf8Length } from '../../text.ts';

/** A text as it grows, and places in it that are counted in bytes of UTF-8. */
export type SaidText = {
  add(text: string): void;
  readonly text: string;
  /** UTF-16 position of the first letter that begins at or behind so many bytes. */
  positionOf(bytes: number): number;
};

/** Letters between two places that are remembered, from where others are counted. */
const STRIDE = 1024;

export function openSaidText(begun = ''): SaidText {
  let text = begun;
  const places: { readonly bytes: number; readonly position: number }[] = [{ bytes: 0, position: 0 }];
  return {
    add(more) {
      text += more;
    },
    get text() {
      return text;
    },
    positionOf(wanted) {
      let known = places.length - 1;
      while (known > 0 && (places[known]?.bytes ?? 0) >= wanted) known--;
      let { bytes, position } = places[known] ?? { bytes: 0, position: 0 };
      for (let letters = 0; bytes < wanted && position < text.length; letters++) {
        if (letters === STRIDE) {
          letters = 0;
          if (++known === places.length) places.push({ bytes, position });
        }
        const letter = String.fromCodePoint(text.codePointAt(position) ?? 0);
        bytes += utf8Length(letter);
        position += letter.length;
      }
      return position;
    },
  };
}
