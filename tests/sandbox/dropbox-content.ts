/** What a file holds: given bytes, or a size alone, whose bytes are made when they are read. */
import { createHash } from "node:crypto";

/** Dropbox hashes in blocks of this size; reading goes in the same blocks. */
const BLOCK_BYTES = 4 * 1024 * 1024;
/** Larger files have no hash here: making their bytes for it would take too long. The hash is optional on the wire. */
const HASHED_MAX_BYTES = 64 * 1024 * 1024;

export interface Content {
  readonly size: number;
  /** Null: made from the seed. */
  readonly bytes: Uint8Array | null;
  readonly seed: number;
}

export type ContentInput = string | Uint8Array | { size: number };

let seeds = 0;

export function contentOf(input: ContentInput): Content {
  seeds += 1;
  if (typeof input === "string") return contentOf(Buffer.from(input));
  if (input instanceof Uint8Array) return { size: input.byteLength, bytes: input, seed: seeds };
  return { size: input.size, bytes: null, seed: seeds };
}

/** `first`: the place of a block's first byte to begin at. */
export function* blocksOf(content: Content, first = 0): Generator<Uint8Array<ArrayBuffer>> {
  for (let from = first; from < content.size; from += BLOCK_BYTES) {
    const length = Math.min(BLOCK_BYTES, content.size - from);
    if (content.bytes === null) yield Buffer.alloc(length, `sandbox file ${content.seed}\n`);
    else yield Buffer.from(content.bytes.subarray(from, from + length));
  }
}

/** The bytes from `from` up to, not including, `to`. */
export function streamOf(content: Content, from = 0, to = content.size): ReadableStream<Uint8Array> {
  const blocks = partOf(content, from, to);
  return new ReadableStream({
    pull(controller) {
      const { done, value } = blocks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

function* partOf(content: Content, from: number, to: number): Generator<Uint8Array> {
  let at = from - (from % BLOCK_BYTES);
  for (const block of blocksOf(content, at)) {
    const next = at + block.byteLength;
    if (next > from && at < to) yield block.subarray(Math.max(0, from - at), Math.min(block.byteLength, to - at));
    at = next;
    if (at >= to) return;
  }
}

const hashes = new WeakMap<Content, string>();

/** SHA-256 over the joined SHA-256 digests of the blocks; null for a file too large to hash here. */
export function contentHashOf(content: Content): string | null {
  if (content.size > HASHED_MAX_BYTES) return null;
  const known = hashes.get(content);
  if (known !== undefined) return known;
  const whole = createHash("sha256");
  for (const block of blocksOf(content)) whole.update(createHash("sha256").update(block).digest());
  const hash = whole.digest("hex");
  hashes.set(content, hash);
  return hash;
}
