/** Members ordered by score, then by bytes. Chunks of bounded length keep insertion and rank cheap at 100,000 members. */

export interface Scored {
  member: string;
  score: number;
}

const CHUNK_MAX = 512;

const isBefore = (a: Scored, b: Scored) => a.score < b.score || (a.score === b.score && a.member < b.member);

export class SortedSet {
  readonly #scores = new Map<string, number>();
  #chunks: Scored[][] = [];

  get size(): number {
    return this.#scores.size;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  set(member: string, score: number): void {
    const before = this.#scores.get(member);
    if (before === score) return;
    if (before !== undefined) this.delete(member);
    this.#scores.set(member, score);
    const entry = { member, score };
    const [at, index] = this.#locate((other) => !isBefore(other, entry));
    const chunk = this.#chunks[at] ?? this.#chunks.at(-1);
    if (!chunk) {
      this.#chunks.push([entry]);
      return;
    }
    chunk.splice(this.#chunks[at] ? index : chunk.length, 0, entry);
    if (chunk.length > CHUNK_MAX) this.#chunks.splice(this.#chunks.indexOf(chunk) + 1, 0, chunk.splice(CHUNK_MAX / 2));
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    const entry = { member, score };
    const [at, index] = this.#locate((other) => !isBefore(other, entry));
    const chunk = this.#chunks[at];
    chunk?.splice(index, 1);
    if (chunk?.length === 0) this.#chunks.splice(at, 1);
    this.#scores.delete(member);
    return true;
  }

  /** Rank of the first member for which `reached` holds; it must hold for all members after it too. */
  rankOf(reached: (entry: Scored) => boolean): number {
    const [at, index] = this.#locate(reached);
    let rank = index;
    for (let i = 0; i < at; i++) rank += this.#chunks[i]?.length ?? 0;
    return rank;
  }

  /** Members from rank `from` up to but without rank `to`. */
  slice(from: number, to: number): Scored[] {
    const found: Scored[] = [];
    let start = 0;
    for (const chunk of this.#chunks) {
      if (start >= to) break;
      if (start + chunk.length > from) found.push(...chunk.slice(Math.max(0, from - start), to - start));
      start += chunk.length;
    }
    return found;
  }

  #locate(reached: (entry: Scored) => boolean): [chunk: number, index: number] {
    const at = firstTrue(this.#chunks.length, (i) => {
      const last = this.#chunks[i]?.at(-1);
      return last !== undefined && reached(last);
    });
    const chunk = this.#chunks[at] ?? [];
    return [at, firstTrue(chunk.length, (i) => reached(chunk[i] ?? { member: "", score: 0 }))];
  }
}

function firstTrue(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
