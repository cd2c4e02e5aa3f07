import type { LossTracker } from './loss.ts';
import type { ResponseFormat } from './request.ts';

/**
 * A format in words, for models that cannot be held to it otherwise, with the loss noted; undefined where nothing has to
 * be said. `schemas`: the model takes a schema as such.
 */
export function formatInWords(
  format: ResponseFormat | undefined,
  schemas: boolean,
  lossTracker: LossTracker,
): string | undefined {
  if (format?.type === 'json') {
    lossTracker.approximated('format', 'the model is asked for JSON in words');
    return 'Answer with one valid JSON object and nothing else: no prose, no code fence.';
  }
  if (format?.type !== 'schema' || schemas) return undefined;
  lossTracker.approximated('format', 'the model is shown the schema in words');
  return (
    'Answer with one valid JSON value and nothing else: no prose, no code fence. ' +
    `It must match this JSON schema:\n${JSON.stringify(format.schema)}`
  );
}
