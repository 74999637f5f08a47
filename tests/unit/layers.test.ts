/**
 * The rules of direction, checked on the import lines: app → lib/relay → services → lib/core. A folder without a rule
 * here is a fault of its own: whoever adds one says where it belongs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

interface Import {
  /** A path of this project ("lib/core/plan.ts") or a package. */
  from: string;
  /** Names used at run time; "*" for a whole module. None: types only. */
  values: string[];
}

const SOURCE = /\.tsx?$/;
const LINES_MAX = 200;

const read = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((path) => join(folder, path))
      .filter((path) => SOURCE.test(path))
      .map((path) => [path, readFileSync(path, "utf8")]),
  );
const files = new Map([...read("app"), ...read("lib")]);

/** Every import and re-export of a file, also the ones for their effect and the ones at run time. */
function importsOf(file: string, source: string): Import[] {
  const found: Import[] = [];
  const add = (target: string, values: string[]) => {
    const from = target.startsWith("@/")
      ? target.slice(2)
      : target.startsWith(".")
        ? join(dirname(file), target)
        : target;
    found.push({ from: normalize(from), values });
  };
  for (const [, isType, clause = "", target = ""] of source.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?((?:[\w$*]+(?:\s+as\s+[\w$]+)?\s*,?\s*)?(?:\{[^}]*\})?)\s*from\s*["']([^"']+)["']/gm,
  )) {
    const named = /\{([^}]*)\}/.exec(clause)?.[1]?.split(",") ?? [];
    const whole = clause
      .replace(/\{[^}]*\}/, "")
      .replace(",", "")
      .trim();
    const values = named.map((name) => name.trim()).filter((name) => name !== "" && !name.startsWith("type "));
    add(
      target,
      isType ? [] : [...values.map((name) => name.split(/\s+as\s+/)[0] ?? ""), ...(whole === "" ? [] : ["*"])],
    );
  }
  for (const [, target = ""] of source.matchAll(/^\s*import\s*["']([^"']+)["']/gm)) add(target, ["*"]);
  for (const [, target = ""] of source.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)) add(target, ["*"]);
  return found;
}

/** The layer of a path: its folder, where each destination and each local stand-in is one; null for a package. */
function layerOf(path: string): string | null {
  const [top, second, third, fourth] = path.split("/");
  if (top === "app") return "app";
  if (top !== "lib") return null;
  if (second === "destinations" || (second === "local" && fourth !== undefined)) return `lib/${second}/${third}`;
  return `lib/${second?.replace(SOURCE, "")}`;
}

const SERVICES = ["lib/dropbox", "lib/queue", "lib/store", "lib/net", "lib/destinations/*"];
const isIn = (layer: string, layers: readonly string[]) =>
  layers.some((one) => one === layer || (one.endsWith("/*") && layer.startsWith(one.slice(0, -1))));

/** What a layer may import besides itself and packages; `types` only as types. */
const MAY: { layer: string; values: string[]; types?: string[] }[] = [
  { layer: "lib/core", values: [] },
  { layer: "lib/env", values: [] },
  { layer: "lib/log", values: ["lib/core"] },
  ...SERVICES.map((layer) => ({ layer, values: ["lib/core"] })),
  { layer: "lib/instances", values: ["lib/core"], types: ["lib/queue", "lib/store", "lib/log"] },
  { layer: "lib/operator", values: ["lib/core"], types: ["lib/store"] },
  {
    layer: "lib/connect",
    values: ["lib/core", "lib/dropbox", "lib/destinations/page", "lib/operator"],
    types: ["lib/instances", "lib/store", "lib/env", "lib/log"],
  },
  { layer: "lib/elements", values: ["lib/core"], types: ["lib/instances", "lib/store", "lib/log"] },
  // By the keys, rules and translation of the compatible interface: there is no second set of them.
  {
    layer: "lib/form",
    values: ["lib/core", "lib/elements"],
    types: ["lib/instances", "lib/store", "lib/destinations/page"],
  },
  {
    layer: "lib/relay",
    values: ["lib/core"],
    types: [
      ...SERVICES,
      "lib/instances",
      "lib/connect",
      "lib/operator",
      "lib/elements",
      "lib/form",
      "lib/setup",
      "lib/env",
      "lib/log",
    ],
  },
  // What pages say, and what setup checks: from data alone, which others read for them.
  { layer: "lib/dashboard", values: ["lib/core"], types: ["lib/relay", "lib/setup"] },
  { layer: "lib/setup", values: ["lib/core"], types: SERVICES },
  {
    layer: "app",
    values: ["lib/relay", "lib/operator", "lib/connect", "lib/dashboard", "lib/setup", "lib/form"],
    types: ["lib/core"],
  },
  // The launchers stand where Next stands: they also call the routes. The stand-ins they start know nothing of the relay.
  {
    layer: "lib/local",
    values: ["app", "lib/core", "lib/env", "lib/log", "lib/queue", "lib/relay", "lib/setup", "lib/local/*"],
  },
  { layer: "lib/local/redis", values: ["lib/core"] },
  { layer: "lib/local/queue", values: ["lib/core", "lib/local/redis"] },
];
const isLocal = (path: string) => path.startsWith("lib/local/");

/** Where services are built: here alone lib/relay takes whole services, and the environment, as values. */
const BUILDERS = [
  "lib/relay/context.ts",
  "lib/relay/credentials.ts",
  "lib/relay/build-callback.ts",
  "lib/relay/build-elements.ts",
  "lib/relay/build-operator-events.ts",
  "lib/relay/build-spending.ts",
  "lib/relay/build-form.ts",
  "lib/relay/build-destination.ts",
  "lib/relay/env-destination.ts",
  "lib/relay/env-callback.ts",
  "lib/relay/page-services.ts",
  "lib/relay/setup-deps.ts",
  "lib/relay/stored-callback.ts",
  "lib/relay/stored-destination.ts",
  "lib/relay/stored-links.ts",
  "lib/relay/stored-shelf.ts",
  "lib/relay/environment-faults.ts",
];

/** What any use case may take from a service as a value: it reads, checks or names, and reaches for nothing. */
const PURE: Record<string, string[]> = {
  "lib/destinations/page/preview.ts": ["previewPost"],
  "lib/dropbox/notification.ts": ["parseNotification"],
  "lib/queue/jobs.ts": ["jobSchema"],
  "lib/queue/receive.ts": ["receive"],
  "lib/setup/test-result.ts": ["isOverdue"],
  "lib/setup/test-notification.ts": ["ANY_ACCOUNT", "sendTestNotification"],
  "lib/store/outbox-store.ts": ["BATCH_MAX"],
  "lib/store/source-store.ts": ["parseKnownFile"],
};

const CORE_PACKAGES = ["zod", "node:crypto"];

/** Every breach of direction in one file, in words. */
function breaches(file: string, source: string): string[] {
  const layer = layerOf(file) ?? "";
  const rule = MAY.find((one) => isIn(layer, [one.layer]));
  if (rule === undefined) return [`${file}: its folder has no rule of direction yet`];
  return importsOf(file, source).flatMap(({ from, values }) => {
    const target = layerOf(from);
    if (target === null) {
      return layer === "lib/core" && !CORE_PACKAGES.includes(from) ? [`${file} imports ${from}: core is pure`] : [];
    }
    if (target === layer || isIn(target, rule.values)) return [];
    if (values.length === 0 && isIn(target, rule.types ?? [])) return [];
    if (layer === "lib/relay" && isIn(target, rule.types ?? [])) {
      if (BUILDERS.includes(file)) return [];
      const impure = values.filter((name) => !PURE[from]?.includes(name));
      return impure.map((name) => `${file} imports ${name} of ${from} as a value`);
    }
    return [`${file} imports ${from}`];
  });
}

const allBreaches = () => [...files].flatMap(([file, source]) => breaches(file, source));
/** Files whose code, comments aside, matches. */
const withCode = (pattern: RegExp, inFiles: ReadonlyMap<string, string> = files) =>
  [...inFiles]
    .filter(([, source]) => pattern.test(source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "")))
    .map(([file]) => file);

describe("direction", () => {
  it("every file of app and lib → imports only what its layer may", () => {
    expect(files.size).toBeGreaterThan(50);
    expect(allBreaches()).toEqual([]);
  });

  it("nothing but lib/local → imports lib/local", () => {
    const users = [...files].filter(
      ([file, source]) => !isLocal(file) && importsOf(file, source).some(({ from }) => isLocal(from)),
    );
    expect(users.map(([file]) => file)).toEqual([]);
  });

  it("the list of pure helpers → each is still used: an exception nobody needs is taken out", () => {
    const used = new Set(
      [...files]
        .filter(([file]) => layerOf(file) === "lib/relay" && !BUILDERS.includes(file))
        .flatMap(([file, source]) =>
          importsOf(file, source).flatMap(({ from, values }) => values.map((name) => `${from} ${name}`)),
        ),
    );
    const listed = Object.entries(PURE).flatMap(([file, names]) => names.map((name) => `${file} ${name}`));
    expect(listed.filter((one) => !used.has(one))).toEqual([]);
  });

  it.each([
    ["lib/core/a.ts", 'import { readFile } from "node:fs/promises";'],
    ["lib/core/a.ts", 'import type { Log } from "../log.ts";'],
    ["lib/core/a.ts", 'export { parseEnv } from "@/lib/env.ts";'],
    ["lib/core/a.ts", 'const store = await import("../store/redis.ts");'],
    ["lib/store/a.ts", 'import { QueueError } from "../queue/client.ts";'],
    ["lib/store/a.ts", 'import type { Job } from "../queue/jobs.ts";'],
    ["lib/queue/a.ts", 'import { parseEnv } from "../env.ts";'],
    ["lib/dropbox/a.ts", 'import type { Services } from "@/lib/relay/services.ts";'],
    ["lib/destinations/page/a.ts", 'import { classify } from "../records/classify.ts";'],
    ["lib/relay/a.ts", 'import { createRedis } from "../store/redis.ts";'],
    ["lib/relay/a.ts", 'import {\n  type Turn,\n  createOutboxStore,\n} from "../store/outbox-store.ts";'],
    ["lib/relay/a.ts", 'import * as store from "../store/redis.ts";'],
    ["lib/relay/a.ts", 'import { parseEnv } from "../env.ts";'],
    ["lib/relay/a.ts", 'import "../store/redis.ts";'],
    ["lib/relay/context.ts", 'import { startQueue } from "../local/queue/server.ts";'],
    ["app/api/a/route.ts", 'import { plan } from "@/lib/core/plan.ts";'],
    ["app/api/a/route.ts", 'import type { Env } from "@/lib/env.ts";'],
    ["app/page.tsx", 'import { startQueue } from "@/lib/local/queue/server.ts";'],
    ["lib/local/a.ts", 'import { createRedis } from "../store/redis.ts";'],
    ["lib/local/queue/a.ts", 'import { getContext } from "../../relay/context.ts";'],
    ["lib/local/redis/a.ts", 'import type { Queue } from "../queue/queue.ts";'],
    ["lib/somewhere/a.ts", ""],
  ])("%s with %j → a breach", (file, source) => {
    expect(breaches(file, source)).toHaveLength(1);
  });

  it.each([
    ["lib/core/a.ts", 'import { z } from "zod";\nimport { plan } from "./plan.ts";'],
    ["lib/store/a.ts", 'import { Redis } from "@upstash/redis";\nimport { plan } from "@/lib/core/plan.ts";'],
    [
      "lib/relay/a.ts",
      'import type { Queue } from "../queue/client.ts";\nimport { type Turn } from "../store/outbox-store.ts";',
    ],
    ["lib/relay/a.ts", 'import { type Received, receive } from "../queue/receive.ts";'],
    ["lib/relay/context.ts", 'import { createRedis } from "../store/redis.ts";\nimport { parseEnv } from "../env.ts";'],
    [
      "lib/local/a.ts",
      'import { createContext } from "../relay/context.ts";\nimport { startQueue } from "./queue/server.ts";',
    ],
    ["app/page.tsx", 'import type { ReactNode } from "react";\nimport { getContext } from "@/lib/relay/context.ts";'],
  ])("%s with %j → none", (file, source) => {
    expect(breaches(file, source)).toEqual([]);
  });
});

describe("core", () => {
  const core = new Map([...files].filter(([file]) => layerOf(file) === "lib/core"));

  it("time, chance, ids, network and environment → come in as arguments", () => {
    expect(core.size).toBeGreaterThan(5);
    expect(
      withCode(
        /\bDate\.now\b|new Date\(\s*\)|Math\.random|random(UUID|Bytes)|\bfetch\(|setTimeout|process\.|console\./,
        core,
      ),
    ).toEqual([]);
  });
});

describe("the environment", () => {
  it("outside lib/local → read in lib/relay/context.ts alone", () => {
    const readers = withCode(
      /process\s*\.\s*env|process\s*\[|import\.meta\.env|\benv\b[^;]*from\s*["'](node:)?process["']/,
    );
    expect(readers.filter((file) => !isLocal(file))).toEqual(["lib/relay/context.ts"]);
  });

  it("which kind of machine we are on → asked nowhere in app or lib outside lib/local", () => {
    const curious = withCode(/\bisLocal\b|NODE_ENV/).filter((file) => !isLocal(file));
    expect(curious).toEqual([]);
  });
});

describe("size", () => {
  it(`every file of app and lib → at most ${LINES_MAX} lines`, () => {
    const long = [...files].map(([file, source]) => ({ file, lines: source.split("\n").length - 1 }));
    expect(long.filter(({ lines }) => lines > LINES_MAX)).toEqual([]);
  });
});
