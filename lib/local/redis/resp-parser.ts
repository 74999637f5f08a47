/** Reads RESP2 replies out of a byte stream, however it is cut. */
import type { Reply } from "./backend.ts";

const CR = 13;

export class RespParser {
  #bytes: Buffer = Buffer.alloc(0);
  #filled = 0;
  #at = 0;

  /** The replies that are complete with these bytes; throws when the stream is not RESP2. */
  push(chunk: Buffer): Reply[] {
    this.#append(chunk);
    const replies: Reply[] = [];
    for (;;) {
      const start = this.#at;
      const reply = this.#read();
      if (reply === undefined) {
        this.#at = start;
        break;
      }
      replies.push(reply);
    }
    this.#bytes.copyWithin(0, this.#at, this.#filled);
    this.#filled -= this.#at;
    this.#at = 0;
    return replies;
  }

  #append(chunk: Buffer): void {
    if (this.#filled + chunk.length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.#filled + chunk.length));
      this.#bytes.copy(larger, 0, 0, this.#filled);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.#filled);
    this.#filled += chunk.length;
  }

  /** One reply, or undefined when its end has not arrived. */
  #read(): Reply | undefined {
    const line = this.#readLine();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line[0]) {
      case "+":
        return { status: rest };
      case "-":
        return { error: rest };
      case ":":
        return Number(rest);
      case "$":
        return this.#readBulk(Number(rest));
      case "*":
        return this.#readList(Number(rest));
      default:
        throw new Error("not a Redis reply");
    }
  }

  #readLine(): string | undefined {
    const end = this.#bytes.indexOf(CR, this.#at);
    if (end === -1 || end + 2 > this.#filled) return undefined;
    const line = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #readBulk(length: number): Buffer | null | undefined {
    if (length < 0) return null;
    const end = this.#at + length;
    if (end + 2 > this.#filled) return undefined;
    const bulk = Buffer.from(this.#bytes.subarray(this.#at, end));
    this.#at = end + 2;
    return bulk;
  }

  #readList(length: number): Reply[] | null | undefined {
    if (length < 0) return null;
    const items: Reply[] = [];
    while (items.length < length) {
      const item = this.#read();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
}

/** One command as a RESP2 list of bulk strings. */
export function encodeCommand(args: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(arg);
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}
