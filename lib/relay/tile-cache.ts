/** Pictures kept in memory, those used last, up to a number of bytes in all. Null is kept too: there is none. */

/** What a key and an entry cost besides the picture. */
const ENTRY_BYTES = 200;

export function createTileCache(bytesMax: number) {
  const kept = new Map<string, Uint8Array | null>();
  let bytes = 0;
  const sizeOf = (tile: Uint8Array | null) => ENTRY_BYTES + (tile?.byteLength ?? 0);

  function drop(key: string): void {
    const tile = kept.get(key);
    if (tile !== undefined && kept.delete(key)) bytes -= sizeOf(tile);
  }

  return {
    /** Undefined: not kept. */
    find(key: string): Uint8Array | null | undefined {
      const tile = kept.get(key);
      if (tile === undefined) return undefined;
      kept.delete(key); // set again as the one used last
      kept.set(key, tile);
      return tile;
    },
    keep(key: string, tile: Uint8Array | null): void {
      drop(key);
      kept.set(key, tile);
      bytes += sizeOf(tile);
      for (const oldest of kept.keys()) {
        if (bytes <= bytesMax) break;
        drop(oldest);
      }
    },
    bytes: () => bytes,
  };
}
