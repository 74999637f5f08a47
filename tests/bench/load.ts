/**
 * Sends signed notifications over kept connections, each the next as soon as the last was answered, or at a fixed rate.
 * At a fixed rate the time is taken from when a request was due, so that a server that stalls does not hide its waits.
 */
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { serve } from "./child.ts";
import { percentiles } from "./percentiles.ts";

export interface Load {
  url: string;
  secret: string;
  account: string;
  connections: number;
  seconds: number;
  /** Requests a second over all connections; null for as many as are answered. */
  rate: number | null;
}

export interface LoadResult {
  /** Answered 200 a second. */
  acks: number;
  accepted: number;
  /** Answered otherwise, or cut. */
  refused: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

function requestFor({ url, secret, account }: Load): Buffer {
  const { host, pathname } = new URL(`${url}/api/dropbox/webhook`);
  const body = JSON.stringify({ list_folder: { accounts: [account] }, delta: { users: [4711] } });
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    "user-agent: DropboxWebhooks/1.0",
    "accept: */*",
    "content-type: application/json",
    `x-dropbox-signature: ${createHmac("sha256", secret).update(body).digest("hex")}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Bytes of the first whole answer in `text`, 0 when it is not whole yet. The bodies meant here are short. */
function lengthOfAnswer(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  if (length !== undefined) return text.length >= head + 4 + Number(length) ? head + 4 + Number(length) : 0;
  if (!/\r\ntransfer-encoding: chunked/i.test(text.slice(0, head + 2))) return head + 4;
  const end = text.indexOf("0\r\n\r\n", head + 4);
  return end < 0 ? 0 : end + 5;
}

async function run(load: Load): Promise<LoadResult> {
  const request = requestFor(load);
  const { hostname, port } = new URL(load.url);
  const times: number[] = [];
  let accepted = 0;
  let refused = 0;
  /** Times at which requests were due that no connection was free for. */
  const due: number[] = [];
  const idle: (() => void)[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + load.seconds * 1000;

  const lane = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let begun = 0;
      let text = "";
      const next = () => {
        if (performance.now() >= endsAt) {
          socket.destroy();
          return resolve();
        }
        if (load.rate === null) begun = performance.now();
        else {
          const dueAt = due.shift();
          if (dueAt === undefined) return void idle.push(next);
          begun = dueAt;
        }
        socket.write(request);
      };
      socket.setEncoding("latin1");
      socket.on("connect", next);
      socket.on("error", (cause) => (performance.now() >= endsAt ? resolve() : reject(cause)));
      socket.on("close", () => resolve());
      socket.on("data", (chunk: string) => {
        text += chunk;
        const length = lengthOfAnswer(text);
        if (length === 0) return;
        if (text.startsWith("HTTP/1.1 200")) accepted += 1;
        else refused += 1;
        text = text.slice(length);
        times.push(performance.now() - begun);
        next();
      });
    });

  let sent = 0;
  const pacing =
    load.rate === null
      ? undefined
      : setInterval(() => {
          const now = performance.now();
          const wanted = Math.floor(((Math.min(now, endsAt) - startedAt) / 1000) * (load.rate ?? 0));
          for (; sent < wanted; sent += 1) due.push(startedAt + (sent * 1000) / (load.rate ?? 1));
          for (let free = Math.min(idle.length, due.length); free > 0 || now >= endsAt; free -= 1) {
            const go = idle.shift();
            if (go === undefined) break;
            go();
          }
        }, 1);
  try {
    await Promise.all(Array.from({ length: load.connections }, lane));
  } finally {
    clearInterval(pacing);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { acks: accepted / seconds, accepted, refused, ...percentiles(times) };
}

serve({ ready: () => null, run });
