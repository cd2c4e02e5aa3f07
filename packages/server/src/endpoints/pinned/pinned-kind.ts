import type { BodyKind } from '@tollgate/contract/endpoint-kinds';
import type { OpenableEndpoint } from '@tollgate/contract/openable-endpoints';
import type { Invalid, JsonObject, NamedResource, ProtocolId } from '@tollgate/wire/protocol';
import type { ObjectName } from '../../domain/stored-object.ts';
import type { Kept } from '../shared/kept/account.ts';

/**
 * A kind of thing that is made at one account and asked for there, under its id with whatever may follow it, by its maker alone. What is
 * said of it passes; that whoever asks may do so, and that all which a body names is theirs and kept there, is seen to here.
 */
export type PinnedKind = {
  readonly kind: ObjectName;
  /** Of its endpoints, the beginning of their ids. */
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly protocol: ProtocolId;
  /** Where accounts keep them. */
  readonly operation: Kept;
  /** The body by which one is made. */
  readonly body: BodyKind;
  /** By what clients of the protocol are known, where those of another ask at the same path. */
  readonly header?: string;
  /** By which word a group opens it; absent where it is open to all. */
  readonly opened?: OpenableEndpoint;
  /** Its list of one's own, where it has one: `after` names the last one before, `page` says what comes next. */
  readonly list?: 'after' | 'page';
  /** What is posted to one without a body. */
  readonly acts: readonly string[];
  /** Answers make them as well: what their askers may name may be asked for. */
  readonly madeInAnswers?: boolean;
  /** What of a body names other things, beside what names them everywhere. */
  readonly names?: (json: JsonObject) => readonly NamedResource[];
  /** What may not be made here. */
  readonly refuses?: (json: JsonObject) => Invalid | undefined;
  /** A file that an answer tells of, which is its maker's from then on. */
  readonly fileIn?: (told: JsonObject) => JsonObject | undefined;
};
