/**
 * What the body of a request is: read as JSON, as a form whose files are never held whole, as either by its type (which some may leave
 * out), not read but passed on as it comes, or none.
 */
export const bodyKinds = [
  'json',
  'multipart',
  'json or multipart',
  'json, multipart or none',
  'stream',
  'none',
] as const;

/**
 * What an answer may be: collected whole and read, handed on as it comes beside a probe, a session of frames, or a task: its
 * provider goes on with it after the client was told so, and it is charged when it is done.
 */
export const answerKinds = ['json', 'text', 'sse', 'bytes', 'websocket', 'task'] as const;

export type BodyKind = (typeof bodyKinds)[number];
export type AnswerKind = (typeof answerKinds)[number];
