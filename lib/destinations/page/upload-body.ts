/**
 * Request bodies around a file that is never held whole: bytes are pulled from the source only as the connection takes
 * them, and the length is known beforehand, so that nothing in between has to gather them either.
 */
import { randomUUID } from "node:crypto";

export interface FileSource {
  /** Exactly so many bytes; more or fewer break the request off. */
  size: number;
  stream: ReadableStream<Uint8Array>;
}

/** Bytes that are in memory already, as a source. */
export const sourceOf = (bytes: Uint8Array): FileSource => ({
  size: bytes.byteLength,
  stream: new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  }),
});

export interface UploadBody {
  contentType: string;
  length: number;
  stream: ReadableStream<Uint8Array>;
  /** Lets go of the source, wherever the request ended. */
  release: () => Promise<void>;
}

/** One file and some fields as multipart/form-data. */
export function multipartBody(
  fields: Record<string, string>,
  file: FileSource & { field: string; name: string; type: string },
): UploadBody {
  // 122 random bits: no file holds them by accident.
  const boundary = `relay-${randomUUID()}`;
  const encode = (text: string) => new TextEncoder().encode(text);
  const part = (name: string, rest: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"${rest}\r\n\r\n`;
  const before = Object.entries(fields).map(([name, value]) => `${part(name, "")}${value}\r\n`);
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
  const head = part(file.field, `; filename="${quoted(file.name)}"\r\ncontent-type: ${type}`);
  return around(
    encode(before.join("") + head),
    file,
    encode(`\r\n--${boundary}--\r\n`),
    `multipart/form-data; boundary=${boundary}`,
  );
}

/** The bytes of the file and nothing else. */
export const bareBody = (file: FileSource): UploadBody =>
  around(new Uint8Array(), file, new Uint8Array(), "application/octet-stream");

function around(head: Uint8Array, file: FileSource, tail: Uint8Array, contentType: string): UploadBody {
  const reader = file.stream.getReader();
  let left = file.size;
  let isBegun = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!isBegun) {
          isBegun = true;
          if (head.byteLength > 0) return controller.enqueue(head);
        }
        for (;;) {
          const { done, value } = await reader.read();
          if (done && left > 0) throw new Error(`the file ended ${left} bytes early`);
          if (done) {
            if (tail.byteLength > 0) controller.enqueue(tail);
            return controller.close();
          }
          left -= value.byteLength;
          if (left < 0) {
            await reader.cancel();
            throw new Error("the file is longer than it was said to be");
          }
          // An empty piece is none: the queue would ask again only after something was put into it.
          if (value.byteLength > 0) return controller.enqueue(value);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read ahead of the connection.
    { highWaterMark: 0 },
  );
  const release = () => reader.cancel().catch(() => undefined);
  return { contentType, length: head.byteLength + file.size + tail.byteLength, stream, release };
}

/** Inside the quotes of a header of a part, as browsers write it. */
const quoted = (text: string): string => text.replace(/"/g, "%22").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
