/**
 * Work that can be interrupted: each `yield` is a place where the event loop may turn. A change of thousands of things
 * takes longer than a stream may stand still.
 */
export type Work<T> = Generator<void, T>;
