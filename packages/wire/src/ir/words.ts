import { crc32 } from '../json/crc32.ts';
import { encodeText } from '../text.ts';

/** What a protocol takes as a name, or as an id. */
export type WordRule = {
  /** Any letter that it refuses; absent: none. */
  readonly illegal?: RegExp | undefined;
  /** What its first letter must be; absent: any that is legal. */
  readonly first?: RegExp | undefined;
  /** Most letters; absent: no limit. */
  readonly max?: number | undefined;
};

/** Whether a word can be said as it is. */
export function isLegal(word: string, { illegal, first, max = Infinity }: WordRule): boolean {
  if (word === '' || word.length > max) return false;
  return illegal?.test(word) !== true && first?.test(word.charAt(0)) !== false;
}

/** The word nearest to this one that is legal; the same word always becomes the same one. */
function repaired(word: string, rule: WordRule): string {
  const { illegal, first, max = Infinity } = rule;
  let legal = illegal ? word.replaceAll(new RegExp(illegal, 'g'), '_') : word;
  if (legal === '' || first?.test(legal.charAt(0)) === false) legal = `_${legal}`;
  return legal.length <= max ? legal : cut(legal, `_${sumOf(word)}`, max);
}

const cut = (word: string, end: string, max: number): string => `${word.slice(0, max - end.length)}${end}`;

const sumOf = (word: string): string => crc32(encodeText(word)).toString(16).padStart(8, '0');

/** Gives out words that obey a rule, and none of them twice. */
export type Words = {
  /** Takes a word that is not to be given out. */
  reserve(word: string): void;
  /** The word itself where it is legal and nobody has it; else the nearest one that is. */
  take(word: string): string;
};

/** Words of one conversation. What is given out depends only on what came before. */
export function openWords(rule: WordRule): Words {
  const taken = new Set<string>();
  /** The next number behind a word that is taken. */
  const next = new Map<string, number>();
  const { max = Infinity } = rule;
  return {
    reserve: (word) => void taken.add(word),
    take(word) {
      const legal = isLegal(word, rule) ? word : repaired(word, rule);
      let free = legal;
      for (let n = next.get(legal) ?? 2; taken.has(free); n++) {
        free = legal.length + 1 + `${n}`.length <= max ? `${legal}_${n}` : cut(legal, `_${n}`, max);
        next.set(legal, n + 1);
      }
      taken.add(free);
      return free;
    },
  };
}
