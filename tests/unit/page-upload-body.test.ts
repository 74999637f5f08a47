/** Uploads hold no file whole: bytes are pulled as they are taken, over a real connection too. */
import { createServer, type IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createGraphClient } from "@/lib/destinations/page/graph-client.ts";
import { bareBody, multipartBody } from "@/lib/destinations/page/upload-body.ts";
import { NOW, secret, turns } from "../support/builders.ts";

const CHUNK = 64 * 1024;

/** A file made while it is read, which knows how much of it was asked for. */
function aFile(chunks: number, { endsAfter = chunks, fails = false } = {}) {
  const state = { pulled: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.pulled === endsAfter) {
          if (fails) throw Object.assign(new Error("source gone"), { code: "ESOURCE" });
          return controller.close();
        }
        state.pulled += 1;
        controller.enqueue(new Uint8Array(CHUNK).fill(state.pulled));
      },
      cancel() {
        state.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, size: chunks * CHUNK, stream };
}
const multipart = (file: ReturnType<typeof aFile>) =>
  multipartBody({ published: "false" }, { ...file, field: "source", name: "a.jpg", type: "image/jpeg" });

describe("the body of an upload", () => {
  it.each([
    ["multipart", multipart],
    ["bare", bareBody],
  ])(
    "%s, made and not read → nothing pulled; read piece by piece → never more than one piece ahead",
    async (_, make) => {
      const file = aFile(20);
      const body = make(file);
      await turns();
      expect(file.state.pulled).toBe(0);
      const reader = body.stream.getReader();
      let received = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        received += value.byteLength;
        await turns(2);
        expect(file.state.pulled * CHUNK).toBeLessThanOrEqual(received + CHUNK);
      }
      expect(received).toBe(body.length);
    },
  );

  it("an empty file, and empty pieces in between → the framing alone, the bytes in order", async () => {
    const none = multipartBody({}, { size: 0, stream: new Blob([]).stream(), field: "f", name: "n", type: "a/b" });
    expect((await new Response(none.stream).arrayBuffer()).byteLength).toBe(none.length);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const text of ["", "by", "", "tes", ""]) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    expect(await new Response(bareBody({ size: 5, stream }).stream).text()).toBe("bytes");
  });

  it("more or fewer bytes than announced → breaks off, and does not end as if whole", async () => {
    const short = multipart(aFile(3, { endsAfter: 2 }));
    await expect(new Response(short.stream).arrayBuffer()).rejects.toThrow("ended 65536 bytes early");
    const file = aFile(5);
    const long = bareBody({ ...file, size: 2 * CHUNK });
    await expect(new Response(long.stream).arrayBuffer()).rejects.toThrow("longer than it was said to be");
    expect(file.state.isCancelled).toBe(true);
  });

  it("a type that would break out of its header → replaced", async () => {
    const type = "image/jpeg\r\nx: y";
    const body = multipartBody({}, { size: 1, stream: new Blob(["a"]).stream(), field: "f", name: "n", type });
    expect(await new Response(body.stream).text()).toContain("content-type: application/octet-stream\r\n\r\na");
  });
});

describe("over a connection", () => {
  let close: (() => Promise<void>) | null = null;
  afterEach(() => close?.());

  async function facebook(answer: (request: IncomingMessage) => Promise<object>) {
    const server = createServer((request, response) => {
      answer(request).then(
        (body) => response.writeHead(200, { connection: "close" }).end(JSON.stringify(body)),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const options = { baseUrl: `http://127.0.0.1:${port}`, version: "v26.0", appSecret: null, now: () => NOW };
    return createGraphClient({ ...options, fetch: (...call) => fetch(...call) });
  }

  it("48 MB taken slowly → length announced, never more under way than a connection holds", async () => {
    const file = aFile(768);
    let farthest = 0;
    let received = 0;
    let headers: IncomingMessage["headers"] = {};
    const client = await facebook(async (request) => {
      headers = request.headers;
      for await (const chunk of request) {
        received += chunk.byteLength;
        farthest = Math.max(farthest, file.state.pulled * CHUNK - received);
      }
      return { id: "771" };
    });
    const photo = { file: { ...file, name: "a.jpg", type: "image/jpeg" }, published: false };
    expect(await client.uploadPhoto(secret(), "1049", photo)).toMatchObject({ ok: true, data: { id: "771" } });
    expect(headers["transfer-encoding"]).toBeUndefined();
    expect(Number(headers["content-length"])).toBe(received);
    expect(received).toBeGreaterThan(file.size);
    expect(farthest).toBeLessThan(file.size / 3);
  });

  it("refused before the body was taken → the failure or silence, and the source let go", async () => {
    const file = aFile(768);
    const client = await facebook(async () => ({ error: { code: 190, message: "expired" } }));
    const photo = { file: { ...file, name: "a.jpg", type: "image/jpeg" }, published: false };
    expect((await client.uploadPhoto(secret(), "1049", photo)).ok).toBe(false);
    expect(file.state.isCancelled).toBe(true);
    expect(file.state.pulled).toBeLessThan(768);
  });

  it("the source breaks half way → silence, and the server never sees a whole body", async () => {
    const file = aFile(8, { endsAfter: 4, fails: true });
    let isWhole = false;
    const client = await facebook(async (request) => {
      for await (const _ of request);
      isWhole = true;
      return { id: "771" };
    });
    const photo = { file: { ...file, name: "a.jpg", type: "image/jpeg" }, published: false };
    expect(await client.uploadPhoto(secret(), "1049", photo)).toMatchObject({ ok: false, silence: "broken" });
    expect(isWhole).toBe(false);
  });
});
