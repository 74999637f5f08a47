/** A piece of a file on its way up, read in parts: what is in memory does not depend on how much is asked for at once. */
import type { Read, SourceReader } from "../../core/destination.ts";
import type { FileSource } from "./upload-body.ts";

const PART_BYTES = 4 * 1024 * 1024;

export interface Piece extends FileSource {
  /** Why the stream broke off, when it was the source's doing. */
  failed(): Exclude<Read<Uint8Array>, { kind: "read" }> | null;
}

/** The bytes of this revision from `from` up to, not including, `to`. Nothing is read before it is asked for. */
export function pieceOf(source: SourceReader, rev: string, from: number, to: number): Piece {
  let at = from;
  let failure: ReturnType<Piece["failed"]> = null;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at >= to) return controller.close();
        const read = await source.part(rev, at, Math.min(to, at + PART_BYTES));
        if (read.kind !== "read") {
          failure = read;
          throw new Error("the source gave no more");
        }
        at += read.value.byteLength;
        controller.enqueue(read.value);
      },
    },
    { highWaterMark: 0 },
  );
  return { size: to - from, stream, failed: () => failure };
}
