/** Sizes of files in words. Pure; a kilobyte has a thousand bytes, as Dropbox and the settings count. */

const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** "512 bytes", "3.4 MB", "4 GB" */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  let size = bytes;
  let unit = -1;
  // What would be written as "1000 kB" is a megabyte.
  while (unit < UNITS.length - 1 && (unit < 0 || Math.round(size) >= 1000)) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(size < 100 ? 1 : 0).replace(/\.0$/, "")} ${UNITS[unit]}`;
}

/** Two sizes side by side: to the byte where they would read the same. */
export function sizesApart(one: number, other: number): [string, string] {
  const words: [string, string] = [sizeWords(one), sizeWords(other)];
  if (one === other || words[0] !== words[1]) return words;
  return [`${one.toLocaleString("en-US")} bytes`, `${other.toLocaleString("en-US")} bytes`];
}

/** "3.4 MB, more than the limit of 2 MB" */
export const overLimit = (size: number, limit: number): string => {
  const [words, most] = sizesApart(size, limit);
  return `${words}, more than the limit of ${most}`;
};
