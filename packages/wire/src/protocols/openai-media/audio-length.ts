/**
 * How long audio plays, by the head of its file and its size; undefined where the head does not tell. It is what a client
 * says, so it may size an estimate but bounds nothing.
 */
export function audioSeconds(head: Uint8Array, size: number): number | undefined {
  if (tag(head, 0) === 'RIFF' && tag(head, 8) === 'WAVE') return ofWav(head, size);
  if (tag(head, 0) === 'fLaC') return ofFlac(head);
  return ofMp3(head, size);
}

/** Most seconds that so many bytes may play, by the type of their file: no speech is stored in less. */
export function mostSeconds(size: number, type: string): number {
  // Sound that is not compressed takes a byte a sample, 8000 times a second, at the very least; compressed speech 1 KB.
  const bytesPerSecond = /wav|wave|pcm|aiff|l16/i.test(type) ? 8000 : /flac/i.test(type) ? 4000 : 1000;
  return Math.ceil(size / bytesPerSecond);
}

/** What bytes usually play, where nothing tells more: 32 kbit/s. */
export const likelySeconds = (size: number): number => Math.ceil(size / 4000);

const tag = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

const little = (bytes: Uint8Array, at: number, length: number): number => {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
};

/** Chunks up to the data, of which the format's says the bytes a second. http://soundfile.sapp.org/doc/WaveFormat/ */
function ofWav(head: Uint8Array, size: number): number | undefined {
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= head.length;) {
    const length = little(head, at + 4, 4);
    if (tag(head, at) === 'fmt ') bytesPerSecond = little(head, at + 16, 4);
    if (tag(head, at) === 'data') return bytesPerSecond > 0 ? (size - at - 8) / bytesPerSecond : undefined;
    at += 8 + length + (length % 2);
  }
  return undefined;
}

/** Rate and number of samples of the first block. https://www.rfc-editor.org/rfc/rfc9639#section-8.2 */
function ofFlac(head: Uint8Array): number | undefined {
  const at = 18;
  const rate = ((head[at] ?? 0) << 12) | ((head[at + 1] ?? 0) << 4) | ((head[at + 2] ?? 0) >> 4);
  let samples = (head[at + 3] ?? 0) & 0x0f;
  for (let i = 4; i < 8; i++) samples = samples * 256 + (head[at + i] ?? 0);
  return rate > 0 && samples > 0 ? samples / rate : undefined;
}

/** Kilobits a second of layer III, by version. http://www.mp3-tech.org/programmer/frame_header.html */
const first = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const second = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/** The bit rate of the first frame, which most files keep. */
function ofMp3(head: Uint8Array, size: number): number | undefined {
  let at = 0;
  if (tag(head, 0).startsWith('ID3')) {
    // Seven bits a byte count.
    for (let i = 6; i < 10; i++) at = at * 128 + ((head[i] ?? 0) & 0x7f);
    at += 10;
  }
  const [sync = 0, version = 0, rate = 0] = head.subarray(at, at + 3);
  const isLayer3 = sync === 0xff && (version & 0xe6) === 0xe2 && (version & 0x18) !== 0x08;
  const kilobits = isLayer3 ? ((version & 0x18) === 0x18 ? first : second)[rate >> 4] : undefined;
  return kilobits ? ((size - at) * 8) / (kilobits * 1000) : undefined;
}

const time = /(?:(\d{1,9}):)?(\d{2}):(\d{2})[.,](\d{3})/g;

/** When the last line of subtitles (SRT, WebVTT) ends, in seconds; undefined when there is none. */
export function subtitleSeconds(text: string): number | undefined {
  const at = text.lastIndexOf('-->');
  if (at < 0) return undefined;
  const [last] = text.slice(at, at + 40).matchAll(time);
  if (!last) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0', rest = '0'] = last;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(rest) / 1000;
}
