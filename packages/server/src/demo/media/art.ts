import { diceOf } from '../random.ts';
import film from './film.json' with { type: 'json' };

/** Small pictures, a sound and a film that are the demonstration's own: nothing of them was made by a model. */

export type MadeFile = { readonly mediaType: string; readonly bytes: Uint8Array<ArrayBuffer> };

export const demoFilm = (): MadeFile => ({
  mediaType: 'video/mp4',
  bytes: new Uint8Array(Buffer.from(film.base64, 'base64')),
});

type Colour = readonly [red: number, green: number, blue: number];

type Dusk = { readonly high: Colour; readonly low: Colour; readonly sun: Colour; readonly hill: Colour };

const usualDusk: Dusk = { high: [18, 38, 74], low: [246, 198, 103], sun: [255, 233, 176], hill: [44, 42, 77] };
const dusks: readonly Dusk[] = [
  usualDusk,
  { high: [72, 132, 190], low: [231, 239, 226], sun: [255, 250, 224], hill: [52, 94, 73] },
  { high: [58, 32, 84], low: [240, 128, 110], sun: [255, 214, 170], hill: [38, 24, 60] },
  { high: [14, 70, 92], low: [178, 226, 200], sun: [252, 255, 226], hill: [16, 52, 66] },
  { high: [120, 164, 206], low: [250, 224, 214], sun: [255, 255, 246], hill: [110, 108, 140] },
];

const mix = (one: Colour, other: Colour, share: number): Colour => {
  const at = (index: 0 | 1 | 2): number => one[index] + (other[index] - one[index]) * Math.max(0, Math.min(1, share));
  return [at(0), at(1), at(2)];
};

/** A landscape of its own for each seed, as WebP. */
export async function drawScene(
  seed: number,
  { width, height }: Size = { width: 640, height: 360 },
): Promise<MadeFile> {
  const colourAt = sceneOf(seed, { width, height });
  const row = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + row * height);
  writeBitmapHead(bytes, width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = colourAt(x, y);
      const at = 54 + (height - 1 - y) * row + x * 3;
      bytes[at] = blue;
      bytes[at + 1] = green;
      bytes[at + 2] = red;
    }
  return {
    mediaType: 'image/webp',
    bytes: new Uint8Array(await new Bun.Image(bytes).webp({ quality: 82 }).bytes()),
  };
}

type Size = { readonly width: number; readonly height: number };

function sceneOf(seed: number, { width, height }: Size): (x: number, y: number) => Colour {
  const dice = diceOf(seed * 7919 + 17);
  const { high, low, sun, hill } = dusks[seed % dusks.length] ?? usualDusk;
  const [sunX, sunY, radius] = [width * (0.2 + 0.6 * dice.roll()), height * (0.2 + 0.3 * dice.roll()), height * 0.09];
  const ridges = [0.56, 0.68, 0.8].map((base, index) => {
    const [slow, fast, phase] = [(4 + 6 * dice.roll()) / width, (9 + 8 * dice.roll()) / width, 6 * dice.roll()];
    return {
      colour: mix(mix(low, hill, 0.45 + 0.25 * index), hill, index / 2),
      line: (x: number): number =>
        height * (base + 0.07 * Math.sin(x * slow + phase) + 0.025 * Math.sin(x * fast + 2 * phase)),
    };
  });
  return (x, y) => {
    const front = ridges.findLast(({ line }) => y > line(x));
    if (front) return mix(front.colour, [0, 0, 0], ((y - front.line(x)) / height) * 0.6);
    const away = Math.hypot(x - sunX, y - sunY);
    const sky = mix(high, low, y / (height * 0.7));
    if (away < radius) return sun;
    return mix(sun, sky, Math.min(1, 0.55 + (away - radius) / (height * 0.9)));
  };
}

/** https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage */
function writeBitmapHead(bytes: Buffer, width: number, height: number): void {
  bytes.write('BM', 0, 'latin1');
  bytes.writeUInt32LE(bytes.byteLength, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
}

const samplesPerSecond = 8000;
const toneSeconds = 4;

/** Some broken chords, as WAV. */
export function playTune(seed: number): MadeFile {
  const dice = diceOf(seed);
  const notes = Array.from({ length: toneSeconds * 4 }, () => 220 * 2 ** (dice.pick([0, 3, 7, 10, 12, 15]) / 12));
  const count = samplesPerSecond * toneSeconds;
  const bytes = Buffer.alloc(44 + count);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + count, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(samplesPerSecond, 24);
  bytes.writeUInt32LE(samplesPerSecond, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(count, 40);
  for (let at = 0; at < count; at++) {
    const note = Math.floor((at * 4) / samplesPerSecond);
    const since = at / samplesPerSecond - note / 4;
    const wave = Math.sin(2 * Math.PI * (notes[note] ?? 220) * (at / samplesPerSecond));
    bytes[44 + at] = 128 + Math.round(60 * wave * Math.exp(-5 * since));
  }
  return { mediaType: 'audio/wav', bytes: new Uint8Array(bytes) };
}
