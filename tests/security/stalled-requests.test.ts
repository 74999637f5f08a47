/** One machine: who begins a request and never ends it is cut off by the server; on Vercel the platform's own time-out does it. */
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { readBounded } from "@/lib/core/read-bounded.ts";
import { createDoor, listen, shut } from "@/lib/local/listen.ts";

const SHORT = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 };

let server: Server;
afterEach(() => shut(server));

/** Sends this and no more; resolves with what came back once the server has closed the connection. */
async function sent(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let answer = "";
  socket.setEncoding("utf8").on("data", (part) => {
    answer += part;
  });
  socket.write(text);
  await new Promise((resolve) => socket.once("end", resolve));
  socket.destroy();
  return answer;
}

describe("a request that stops half way", () => {
  it.each([
    ["nothing but a letter", "P"],
    ["half a head", "POST / HTTP/1.1\r\nhost: a\r\nx-a: "],
  ])("%s → 408, and the application hears nothing of it", async (_, text) => {
    let heard = 0;
    server = createDoor(() => {
      heard += 1;
    }, SHORT);
    expect(await sent(await listen(server, "127.0.0.1", 0), text)).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toBe(0);
  });

  it.each([
    ["announced bytes that do not come", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc"],
    ["a chunk that does not come", "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"],
  ])("%s → 408, and whoever reads the body sees it break off", async (_, text) => {
    const ended: Promise<unknown>[] = [];
    server = createDoor((request) => {
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          for await (const chunk of request) controller.enqueue(chunk);
          controller.close();
        },
      });
      ended.push(readBounded(body, 1000).catch(() => "broken off"));
    }, SHORT);
    expect(await sent(await listen(server, "127.0.0.1", 0), text)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await Promise.all(ended)).toEqual(["broken off"]);
  });
});

describe("the launcher", () => {
  it("its servers → limits of their own, in seconds that fit what Dropbox and the queue send", () => {
    server = createDoor(() => undefined);
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(30_000);
    // Jobs may run for minutes: nothing limits how long an answer takes.
    expect(server.timeout).toBe(0);
    const source = readFileSync("lib/local/launch.ts", "utf8");
    expect(source.match(/\bcreateDoor\(/g)).toHaveLength(2);
    expect(source).not.toContain("createServer");
  });
});
