import type { EventReader, ReadOptions } from '../../ir/codec.ts';
import type { IrEvent } from '../../ir/event.ts';
import { explainsEmptiness } from '../../ir/finish.ts';
import { openTracker } from '../../ir/tracker.ts';
import type { Usage } from '../../ir/usage.ts';
import { indexAt, objectAt, objectsAt, parseObject, restOf, textAt } from '../../json/fields.ts';
import { traitsByName } from '../../models/by-name.ts';
import type { JsonObject, UpstreamFailure } from '../../protocol.ts';
import { geminiTraits } from '../gemini/models.ts';
import { mergeReports } from '../raw-usage.ts';
import { failureOfInteraction, interactionsFailureIn } from './errors.ts';
import { queriesOf } from './hosted.ts';
import { isWorking, readStatus } from './status.ts';
import { openStepReader } from './step-reader.ts';
import { readInteractionsServedAs, readInteractionsUsage, tellsSearches } from './usage.ts';

const own = 'gemini-interactions';

/** What an interaction says of itself, and what it repeats of its request. */
const known: ReadonlySet<string> = new Set([
  'id',
  'object',
  'model',
  'agent',
  'status',
  'created',
  'updated',
  'steps',
  'usage',
  'service_tier',
  'errors',
  'input',
  'system_instruction',
  'tools',
  'generation_config',
  'response_format',
  'response_mime_type',
  'response_modalities',
  'previous_interaction_id',
  'environment_id',
  'role',
  'background',
  'store',
  'stream',
]);

export type AnswerReaderOptions = ReadOptions & {
  /** Only the facts are wanted: no text is kept, and citations are left out. */
  readonly factsOnly?: boolean | undefined;
};

/** Reads interactions, whole ones or the events of a stream. */
export type AnswerReader = {
  /** Takes a whole interaction. */
  whole(interaction: JsonObject): readonly IrEvent[];
  /** Takes an event. */
  event(json: JsonObject): readonly IrEvent[];
  /** It has ended, and said why. */
  readonly finished: boolean;
  /** It has said why there may be nothing in it. */
  readonly explained: boolean;
  /** The id under which it is kept, once it is known, and of the environment that it worked in. */
  readonly id: string | undefined;
  readonly environment: string | undefined;
};

export function openAnswerReader(options: AnswerReaderOptions): AnswerReader {
  const { readUsage = readInteractionsUsage } = options;
  const tracker = openTracker(options.requestId);
  const steps = openStepReader(tracker, options.factsOnly === true);
  let model = '';
  let raw: Readonly<Record<string, unknown>> | undefined;
  let anySteps = false;
  let queries = 0;
  let finished = false;
  let explained = false;
  let failed = false;
  let id: string | undefined;
  let environment: string | undefined;

  function head(json: JsonObject): void {
    model = textAt(json, 'model') ?? model;
    id = textAt(json, 'id') ?? id;
    environment = textAt(json, 'environment_id') ?? environment;
    const fields = restOf(json, known);
    tracker.start({
      id: id ?? options.requestId,
      model,
      created: secondsOf(textAt(json, 'created')),
      extensions: fields && { by: own, fields },
    });
  }

  function fail(failure: UpstreamFailure): void {
    failed = true;
    tracker.error(failure);
  }

  /** Google tells how often it searched; where it does not, the steps tell: with Gemini 3 every query is charged, before that an answer. */
  function usageNow(): Usage | undefined {
    const usage = raw && readUsage(raw);
    if (!usage || !raw || queries === 0 || tellsSearches(raw)) return usage;
    return { ...usage, searches: geminiTraits(traitsByName(model)).combines ? queries : 1 };
  }

  function report(usage: JsonObject | undefined): void {
    if (!usage) return;
    raw = mergeReports(raw ?? {}, usage);
    const told = usageNow();
    if (told) tracker.usage(told);
  }

  function readAll(json: JsonObject): void {
    for (const [i, step] of objectsAt(json, 'steps').entries()) {
      steps.begin(i, step);
      end(i);
    }
  }

  function end(index: number): void {
    const step = steps.end(index);
    if (step) queries += queriesOf(step);
  }

  /** What an interaction that is over says at last; nothing ends while it is worked on. */
  function close(json: JsonObject): void {
    report(objectAt(json, 'usage'));
    tracker.served(readInteractionsServedAs(json));
    const finish = readStatus(json);
    if (!finish) return;
    if (finish.reason === 'error') return fail(failureOfInteraction(json));
    finished = true;
    if (explainsEmptiness(finish)) explained = true;
    tracker.finish(0, finish);
    tracker.end();
  }

  function see(json: JsonObject): void {
    const index = indexAt(json, 'index') ?? 0;
    switch (textAt(json, 'event_type')) {
      case 'interaction.created':
        return head(objectAt(json, 'interaction') ?? {});
      case 'step.start':
        anySteps = true;
        return steps.begin(index, objectAt(json, 'step') ?? {});
      case 'step.delta':
        anySteps = true;
        steps.delta(index, objectAt(json, 'delta') ?? {});
        return report(objectAt(objectAt(json, 'metadata') ?? {}, 'total_usage'));
      case 'step.stop':
        end(index);
        return report(objectAt(json, 'usage'));
      case 'interaction.status_update':
        return report(objectAt(json, 'usage'));
      case 'interaction.completed': {
        const interaction = objectAt(json, 'interaction') ?? {};
        head(interaction);
        steps.endAll((step) => {
          queries += queriesOf(step);
        });
        if (!anySteps) readAll(interaction);
        // An event of this name says that it is over, whatever else it says.
        return close(isWorking(interaction) ? { ...interaction, status: 'completed' } : interaction);
      }
      case 'error':
        return fail(interactionsFailureIn(json));
      default:
        if (objectAt(json, 'error')) fail(interactionsFailureIn(json));
    }
  }

  return {
    whole(interaction) {
      head(interaction);
      readAll(interaction);
      close(interaction);
      return tracker.take();
    },
    event(json) {
      if (!failed && !finished) see(json);
      return tracker.take();
    },
    get finished() {
      return finished;
    },
    get explained() {
      return explained;
    },
    get id() {
      return id;
    },
    get environment() {
      return environment;
    },
  };
}

function secondsOf(time: string | undefined): number | undefined {
  const ms = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

const none: readonly IrEvent[] = [];

/** Reads the events of a streamed interaction. It is whole when `interaction.completed` has come. */
export function readInteractionsEvents(options: ReadOptions): EventReader {
  const reader = openAnswerReader(options);
  return {
    read({ data }) {
      const json = parseObject(data);
      return json ? reader.event(json) : none;
    },
    end: () => none,
  };
}
