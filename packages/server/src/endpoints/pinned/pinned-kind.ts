import type { BodyKind } from '@tollgate/contract/endpoint-kinds';
import type { OpenableEndpoint } from '@tollgate/contract/openable-endpoints';
import type { Usage } from '@tollgate/wire/ir/usage';
import type { Invalid, JsonObject, NamedResource, ProtocolId, RequestSummary } from '@tollgate/wire/protocol';
import type { ObjectName } from '../../domain/stored-object.ts';
import type { StoredKind } from '../shared/stored-objects/account.ts';

/** Of things that are made for a model, and paid as its input. */
export type PricedMaking = {
  inspect(json: JsonObject): RequestSummary | Invalid;
  withModel(json: JsonObject, model: string): JsonObject;
  usageOf(told: JsonObject): Usage | undefined;
};

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
  /** Where its clients ask besides, and by what they are known there. */
  readonly alsoAt?: { readonly path: string; readonly header?: string };
  readonly protocol: ProtocolId;
  /** Where accounts keep them. */
  readonly operation: StoredKind;
  /** The body by which one is made; absent of what is made elsewhere, and does not change. */
  readonly body?: BodyKind;
  /** By what clients of the protocol are known, where those of another ask at the same path. */
  readonly header?: string;
  /** By which word a group opens it; absent where it is open to all. */
  readonly opened?: OpenableEndpoint;
  /** Its list of one's own, where it has one: `after` names the last one before, `page` and `token` say what comes next. */
  readonly list?: 'after' | 'page' | 'token';
  /** Of vendors that name things by a path (`things/abc`): where that stands in what they tell, and what comes before its end. */
  readonly named?: { readonly key: string; readonly prefix: string };
  /** What questions of the gateway's own say, where its vendor wants to be told that its asker knows a preview. */
  readonly ownHeaders?: Readonly<Record<string, string>>;
  /** Its vendor deletes none, and has them archived. */
  readonly isArchived?: true;
  /** How one is changed; POST by default. */
  readonly change?: 'PATCH';
  /** What of a client's query its vendor is told; all of it where absent. */
  readonly query?: readonly string[];
  /** What making one costs, where its vendor tells what that used. */
  readonly priced?: PricedMaking;
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
