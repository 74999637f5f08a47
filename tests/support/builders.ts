/** Valid values with defaults, so that a test names only what matters; real signatures, made with keys of the run. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import type { Claimed, Delivery } from "@/lib/core/delivery.ts";
import type { Attempt } from "@/lib/core/destination.ts";
import type { Entry } from "@/lib/core/plan.ts";
import type { Rules } from "@/lib/core/selection.ts";
import { listen } from "../sandbox/http-bridge.ts";

export const NOW = Date.UTC(2026, 10, 20, 9);
export const PUBLIC_URL = "https://relay.example.com";

export const secret = (): string => randomBytes(24).toString("base64url");

/** Lets pending promises and sockets run, without waiting for any time to pass. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What came in so far, and a promise for when there is enough of it. */
export function collector<T>() {
  const all: T[] = [];
  const waiting = new Set<{ count: number; resolve: () => void }>();
  return {
    all,
    add(one: T) {
      all.push(one);
      for (const wait of waiting) if (all.length >= wait.count && waiting.delete(wait)) wait.resolve();
    },
    reached: (count: number) =>
      new Promise<void>((resolve) => {
        if (all.length >= count) resolve();
        else waiting.add({ count, resolve });
      }),
  };
}

type File = Entry & { kind: "file" };

/** A file of a listing; `path` decides its name and lower-case path. */
export function aFile(changes: Partial<File> = {}): File {
  const path = changes.path ?? "/inbox/a.jpg";
  return {
    kind: "file",
    id: "id:a",
    rev: "rev1",
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    pathLower: path.toLowerCase(),
    size: 10,
    serverModified: NOW,
    isDownloadable: true,
    ...changes,
  };
}

export const aFolder = (path: string): Entry => ({ kind: "folder", path, pathLower: path.toLowerCase() });
export const aDeletion = (path: string): Entry => ({ kind: "deleted", path, pathLower: path.toLowerCase() });

export const rules = (changes: Partial<Rules> = {}): Rules => ({
  include: [],
  exclude: [],
  extensions: [],
  sizeMaxBytes: 1000,
  ...changes,
});

export const aDelivery = (changes: Partial<Delivery> = {}): Delivery => ({
  id: "id:a",
  instance: "env",
  rev: "rev1",
  name: "a.jpg",
  path: "/inbox/a.jpg",
  size: 10,
  serverModified: NOW,
  priority: "live",
  seenAt: NOW,
  seenBy: "notification",
  attempts: [],
  ...changes,
});

export const aClaim = (changes: Partial<Claimed> = {}): Claimed => ({
  delivery: aDelivery(),
  attempt: 1,
  takenOver: false,
  before: null,
  note: null,
  ...changes,
});

/** An attempt that nothing stands in the way of. */
export const anAttempt = (changes: Partial<Attempt> = {}): Attempt => ({
  mayGoOn: () => true,
  note: async () => true,
  ownersOf: async (ids) => ids.map(() => null),
  ...changes,
});

/** Every required variable, made up; each secret is unlike any other text. */
export const anEnvironment = (changes: Record<string, string> = {}): Record<string, string> => ({
  DROPBOX_APP_SECRET: secret(),
  DROPBOX_ACCESS_TOKEN: secret(),
  FACEBOOK_API_KEY: secret(),
  UPSTASH_REDIS_REST_URL: "http://redis.test",
  UPSTASH_REDIS_REST_TOKEN: secret(),
  QSTASH_URL: "http://queue.test",
  QSTASH_TOKEN: secret(),
  QSTASH_CURRENT_SIGNING_KEY: `sig_${secret()}`,
  QSTASH_NEXT_SIGNING_KEY: `sig_${secret()}`,
  PUBLIC_BASE_URL: PUBLIC_URL,
  ENCRYPTION_KEY: randomBytes(32).toString("base64"),
  CRON_SECRET: secret(),
  LOG_LEVEL: "silent",
  ...changes,
});

/** The signature Dropbox sends: lower-case hex HMAC-SHA256 over the raw bytes. */
export const dropboxSignature = (appSecret: string, body: string | Uint8Array): string =>
  createHmac("sha256", appSecret).update(body).digest("hex");

export const notificationFor = (...accounts: readonly string[]): string =>
  JSON.stringify({ list_folder: { accounts }, delta: { users: [1] } });

export interface JobToSign {
  body: string;
  key: string;
  /** The destination QStash signs. */
  url: string;
  /** Seconds from now; negative is past. */
  expiresIn?: number;
  claims?: Record<string, unknown>;
}

/** The JWT of a QStash delivery. */
export async function queueSignature({ body, key, url, expiresIn = 300, claims }: JobToSign): Promise<string> {
  // The real clock, which the verification reads, whatever a test does to Date.now.
  const now = Math.floor(performance.timeOrigin / 1000 + performance.now() / 1000);
  const hash = createHash("sha256").update(body).digest("base64url");
  return new SignJWT({ body: hash, nbf: 0, jti: `jwt_${secret()}`, ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("Upstash")
    .setSubject(url)
    .setIssuedAt(now)
    .setExpirationTime(now + expiresIn)
    .sign(new TextEncoder().encode(key));
}

export interface Front {
  url: string;
  /** What came, oldest first. */
  requests: { path: string; body: string }[];
  /** `pass` on to the target, `break` the connection, or answer this status. */
  mode: "pass" | "break" | number;
  /** Answers in the target's place where it gives a response. */
  answer: ((request: { path: string; body: string }) => Response | null) | null;
  /** Keeps every answer back from now on; what it returns lets them go. */
  hold(): () => void;
  /** Resolves when this many requests have come. */
  arrived(count: number): Promise<void>;
  /** Passes everything on again and forgets what came. */
  reset(): void;
  close(): Promise<void>;
}

/** A server in front of another that shows what was asked and fails on demand. */
export async function startFront(target: string): Promise<Front> {
  let gate: Promise<void> = Promise.resolve();
  let open = () => {};
  const came = collector<Front["requests"][number]>();

  const server = await listen(
    async (request) => {
      const path = request.url.slice(server.url.length);
      const body = await request.text();
      came.add({ path, body });
      const { mode } = front;
      await gate;
      const own = front.answer?.({ path, body });
      if (own) return own;
      if (mode === "break") throw new Error("broken on purpose");
      if (mode !== "pass") return Response.json({ error: "refused on purpose" }, { status: mode });
      const { method, headers } = request;
      for (const name of ["host", "connection", "content-length", "transfer-encoding"]) headers.delete(name);
      const answer = await fetch(target + path, { method, headers, ...(method === "GET" ? {} : { body }) });
      return new Response(await answer.arrayBuffer(), { status: answer.status });
    },
    0,
    "127.0.0.1",
  );

  const front: Front = {
    url: server.url,
    requests: came.all,
    mode: "pass",
    answer: null,
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    arrived: came.reached,
    reset() {
      open();
      came.all.length = 0;
      front.mode = "pass";
      front.answer = null;
    },
    close: server.close,
  };
  return front;
}
