/** Room at first; it doubles. */
const ROOM_BYTES = 4096;

/**
 * Reads a body of at most `maxBytes`; null when it is longer (the rest is not read). Throws what the body throws. The
 * pieces are copied together as they come: kept one by one, a body in pieces of one byte takes a hundred times its length.
 */
export async function readBounded(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array();
  const pieces = body[Symbol.asyncIterator]();
  let room = new Uint8Array(0);
  let total = 0;
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return room.subarray(0, total);
    const longer = total + value.byteLength;
    if (longer > maxBytes) {
      // Not waited for: a sender that does not even stop must not keep us.
      pieces.return?.().catch(() => undefined);
      return null;
    }
    if (longer > room.byteLength) {
      const size = total === 0 ? value.byteLength : Math.max(longer, 2 * room.byteLength, ROOM_BYTES);
      const larger = new Uint8Array(Math.min(maxBytes, size));
      larger.set(room.subarray(0, total));
      room = larger;
    }
    room.set(value, total);
    total = longer;
  }
}
