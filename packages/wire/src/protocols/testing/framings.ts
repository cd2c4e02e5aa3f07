import fc from 'fast-check';

/** An event as its sender means it. */
export type Sent = { readonly event: string | undefined; readonly data: string };

/** The events of a stream that is written plainly: LF, one data line each. */
export function sentIn(stream: string): readonly Sent[] {
  return stream.split('\n\n').flatMap((frame) => {
    const line = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
    const data = line('data');
    return data === undefined ? [] : [{ event: line('event'), data }];
  });
}

/** Places between the tokens of a JSON text, where a line may end without a change of what it says. */
function breaks(json: string): readonly number[] {
  if (!json.startsWith('{')) return [];
  const places: number[] = [];
  let inside = false;
  for (let i = 0; i < json.length; i++) {
    const letter = json[i];
    if (inside && letter === '\\') i++;
    else if (letter === '"') inside = !inside;
    else if (!inside && letter !== undefined && '{}[],:'.includes(letter)) places.push(i + 1);
  }
  return places.filter((place) => place < json.length && json[place] !== ' ');
}

type Style = {
  readonly end: string;
  readonly space: string;
  readonly comment: string | undefined;
  readonly eventLast: boolean;
  readonly id: boolean;
  readonly cuts: readonly number[];
};

const style: fc.Arbitrary<Style> = fc.record({
  end: fc.constantFrom('\n', '\r\n', '\r'),
  space: fc.constantFrom(' ', ''),
  comment: fc.constantFrom(undefined, undefined, '', ' OPENROUTER PROCESSING', 'data: no', '\u{1f6a6}'),
  eventLast: fc.boolean(),
  id: fc.boolean(),
  cuts: fc.oneof(fc.constant([]), fc.array(fc.nat(), { maxLength: 4 })),
});

function write({ event, data }: Sent, { end, space, comment, eventLast, id, cuts }: Style): string {
  const places = breaks(data);
  const at = [...new Set(cuts.map((cut) => places[cut % places.length] ?? 0))].filter(Boolean).sort((a, b) => a - b);
  const lines = [0, ...at].map((from, i) => `data:${space}${data.slice(from, at[i])}`);
  const named = event === undefined ? [] : [`event:${space}${event}`];
  const all = [
    ...(comment === undefined ? [] : [`:${comment}`]),
    ...(id ? [`id:${space}7`] : []),
    ...(eventLast ? [...lines, ...named] : [...named, ...lines]),
    '',
  ];
  return all.map((line) => line + end).join('');
}

/** The events in every framing that the standard allows, each as the text of a frame, now and then with a mere comment between them. */
export function framingsOf(events: readonly Sent[]): fc.Arbitrary<readonly string[]> {
  const alone = fc.constantFrom('', '', ': ping\n\n', ':\r\n\r\n', ': still here\r\r');
  return fc.array(fc.tuple(alone, style), { minLength: events.length, maxLength: events.length }).map((styles) =>
    events.flatMap((event, i) => {
      const [comment, how] = styles[i] ?? [];
      return [...(comment ? [comment] : []), ...(how ? [write(event, how)] : [])];
    }),
  );
}
