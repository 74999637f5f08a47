import type { Claimed, Delivery } from "./delivery.ts";
import type { Outcome } from "./outcome.ts";
import type { Sent } from "./sent.ts";

/** What one attempt may ask of the outbox. */
export interface Attempt {
  /** Asked before each request; false (a hold began, or the claim nears its end) ends the attempt as `returned`. */
  mayGoOn(): boolean;
  /** Writes down, by delivery id, what is about to be done. False: the claim is another's by now, do not do it. */
  note(notes: ReadonlyMap<string, string>): Promise<boolean>;
  /** Which delivery each of these remote ids was settled for, in their order; null: none. */
  ownersOf(remoteIds: readonly string[]): Promise<readonly (string | null)[]>;
}

/** What every destination is to the outbox. A new kind of destination is a new folder that makes one of these. */
export interface Destination {
  /** Names the credential for holds and pace: a fingerprint, never the secret. */
  readonly credential: string;
  /** Whether it wants to be told of files that are gone. Without it none of that is planned, and nothing of it costs. */
  readonly followsDeletions?: boolean;
  /** Which of the claimed deliveries go out in one piece, in the order to begin them; each is in exactly one group. */
  groups(claimed: readonly Claimed[]): readonly (readonly Claimed[])[];
  /**
   * Makes one attempt at a group and says for each delivery, in the group's order, how it ended. Looks before it writes
   * wherever the destination allows it. Never throws for what the other side does.
   */
  deliver(group: readonly Claimed[], attempt: Attempt): Promise<readonly Outcome[]>;
  /** What is sent of a file, as an attempt would make it now. Sends nothing, writes nothing, and reads the source at most. */
  shows(one: Claimed): Promise<Sent>;
  /** Where a person can see what has this remote id; null: nowhere that is known. */
  linkTo(remoteId: string): string | null;
  /**
   * The remote id of what a person has found there, as the person names it (null: not at all) and by what was noted of the
   * attempt. Null: this names nothing.
   */
  remoteOf(given: string | null, note: string | null): string | null;
}

/** For a destination that delivers each by itself. */
export const oneByOne = (claimed: readonly Claimed[]): readonly (readonly Claimed[])[] => claimed.map((one) => [one]);

/** What reading a file of the source can end in; everything else is the source's business. */
export type Read<T> =
  | { kind: "read"; value: T }
  | { kind: "gone" }
  | { kind: "later"; at: number | null; message: string };

export interface SourceReader {
  /** The bytes of exactly this revision. */
  content(rev: string, maxBytes: number): Promise<Read<Uint8Array>>;
  /** A part of them: from `from` up to, not including, `to`. */
  part(rev: string, from: number, to: number): Promise<Read<Uint8Array>>;
  /** What is at a path now. */
  at(path: string, maxBytes: number): Promise<Read<Uint8Array>>;
  /** Where anybody can read this revision's bytes, for some hours. A secret while it lasts. */
  address(rev: string): Promise<Read<string>>;
  /** A page at the source that shows the file to anybody, as it is now; made when there is none. */
  sharedLink(fileId: string): Promise<Read<string> | { kind: "refused"; message: string }>;
  /** The file as it is now. */
  metadata(fileId: string): Promise<Read<Pick<Delivery, "name" | "rev" | "size">>>;
  /** Whether the file is, wherever it was moved to, where the rules select it now. */
  isSelected(fileId: string): Promise<Read<boolean>>;
}
