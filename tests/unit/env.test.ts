import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { EnvError, parseEnv } from "@/lib/env.ts";
import { anEnvironment } from "../support/builders.ts";

type Raw = Record<string, string | undefined>;
const parse = (changes: Raw = {}) => parseEnv({ ...anEnvironment(), ...changes });

/** Every fault of an environment; none when it is complete. */
function faults(raw: Raw): readonly string[] {
  try {
    parseEnv(raw);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.faults;
    throw error;
  }
}
const names = (raw: Raw) => faults(raw).map((fault) => fault.split(":")[0]);
const namesWith = (changes: Raw) => names({ ...anEnvironment(), ...changes });

describe("faults", () => {
  it("nothing set → every required variable named at once, each with what to do", () => {
    const all = faults({});
    expect(names({}).sort()).toEqual(
      [
        "DROPBOX_ACCESS_TOKEN",
        "DROPBOX_APP_SECRET",
        "FACEBOOK_API_KEY",
        "PUBLIC_BASE_URL",
        "QSTASH_CURRENT_SIGNING_KEY",
        "QSTASH_NEXT_SIGNING_KEY",
        "QSTASH_TOKEN",
        "UPSTASH_REDIS_REST_TOKEN",
        "UPSTASH_REDIS_REST_URL",
      ].sort(),
    );
    for (const fault of all) expect(fault).toMatch(/^[A-Z_]+: \S.{10,}/);
  });

  it("missing, wrong and incomplete together → all named in one error, whose text has them all", () => {
    const changes = {
      QSTASH_TOKEN: undefined,
      BACKFILL: "some",
      CONCURRENCY: "0",
      FACEBOOK_REFRESH_URL: "https://x.example/token",
      ENCRYPTION_KEY: undefined,
    };
    const wrong = Object.keys(changes).sort();
    expect(namesWith(changes).sort()).toEqual(wrong);
    expect(() => parse(changes)).toThrow(new RegExp(wrong.map((name) => `(?=[^]*${name})`).join("")));
  });

  it.each([
    ["DROPBOX_FOLDER", "inbox"],
    ["DROPBOX_API_URL", "api.example.com"],
    ["FACEBOOK_API_URL", "ftp://x.example"],
    ["UPSTASH_REDIS_REST_URL", "redis://x.example"],
    ["PUBLIC_BASE_URL", "https://exa mple.com"],
    ["PUBLIC_BASE_URL", "http://"],
    ["ENCRYPTION_KEY", "short"],
    ["ENCRYPTION_KEY", randomBytes(31).toString("base64")],
    ["ENCRYPTION_KEY", randomBytes(32).toString("hex")],
    ["SIZE_MAX_BYTES", "big"],
    ["SIZE_MAX_BYTES", "0"],
    ["SIZE_MAX_BYTES", "1.5"],
    ["CONCURRENCY", "65"],
    ["CONCURRENCY", "many"],
    ["BACKFILL", "yes"],
    ["LOG_LEVEL", "loud"],
    ["QSTASH_DEV", "true"],
    ["QSTASH_DEV", "false"],
  ])("%s=%s → that variable named, nothing else", (name, value) => {
    expect(namesWith({ [name]: value })).toEqual([name]);
  });

  it("any variable wrong → no fault and no error text quotes a value", () => {
    const marked = Object.keys({
      ...anEnvironment(),
      ...{ DROPBOX_FOLDER: "", DROPBOX_API_URL: "", FACEBOOK_API_URL: "", FACEBOOK_REFRESH_URL: "", QSTASH_DEV: "" },
      ...{ SIZE_MAX_BYTES: "", CONCURRENCY: "", BACKFILL: "", DROPBOX_REFRESH_TOKEN: "" },
    }).map((name) => [name, `hush-${name} hush`]);
    const all = faults(Object.fromEntries(marked));
    expect(all.length).toBeGreaterThanOrEqual(8);
    expect(new EnvError(all).message).not.toContain("hush");
  });

  it("the published development keys → refused, as either key", () => {
    for (const key of ["sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs"]) {
      for (const name of ["QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"]) {
        expect(namesWith({ [name]: key })).toEqual([name]);
        expect(namesWith({ [name]: ` ${key} ` })).toEqual([name]);
      }
    }
  });
});

describe("what belongs together", () => {
  it("access token or refresh token → either is enough; the refresh token needs app key and encryption key", () => {
    const refresh = { DROPBOX_ACCESS_TOKEN: undefined, DROPBOX_REFRESH_TOKEN: "r", DROPBOX_APP_KEY: "k" };
    expect(namesWith(refresh)).toEqual([]);
    expect(namesWith({ DROPBOX_ACCESS_TOKEN: undefined })).toEqual(["DROPBOX_ACCESS_TOKEN"]);
    expect(namesWith({ ...refresh, DROPBOX_APP_KEY: undefined })).toEqual(["DROPBOX_APP_KEY"]);
    expect(namesWith({ ...refresh, ENCRYPTION_KEY: undefined })).toEqual(["ENCRYPTION_KEY"]);
  });

  it("OPERATOR_CALLBACK_URL and OPERATOR_CALLBACK_SECRET → both or neither, and the secret is long enough", () => {
    const both = {
      OPERATOR_CALLBACK_URL: "https://hooks.example.org/operator",
      OPERATOR_CALLBACK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
    };
    expect(namesWith(both)).toEqual([]);
    for (const name of Object.keys(both)) expect(namesWith({ ...both, [name]: undefined })).toEqual([name]);
    expect(namesWith({ ...both, OPERATOR_CALLBACK_SECRET: "whsec_c2hvcnQ=" })).toEqual(["OPERATOR_CALLBACK_SECRET"]);
  });

  it("FACEBOOK_REFRESH_URL → needs all three beside it", () => {
    const complete = {
      FACEBOOK_REFRESH_URL: "https://x.example/token",
      FACEBOOK_CLIENT_ID: "c",
      FACEBOOK_CLIENT_SECRET: "s",
      FACEBOOK_REFRESH_TOKEN: "r",
    };
    expect(namesWith(complete)).toEqual([]);
    for (const name of ["FACEBOOK_CLIENT_ID", "FACEBOOK_CLIENT_SECRET", "FACEBOOK_REFRESH_TOKEN"]) {
      expect(namesWith({ ...complete, [name]: undefined }), name).toEqual(["FACEBOOK_REFRESH_URL"]);
    }
  });

  it("no encryption key and nothing to renew → complete", () => {
    expect(parse({ ENCRYPTION_KEY: undefined }).ENCRYPTION_KEY).toBeUndefined();
  });
});

describe("defaults and forms", () => {
  it("only what is required → the real services, whole tree, no backfill, no rules", () => {
    expect(parse({ QSTASH_URL: undefined, LOG_LEVEL: undefined })).toMatchObject({
      DROPBOX_API_URL: "https://api.dropboxapi.com",
      DROPBOX_CONTENT_URL: "https://content.dropboxapi.com",
      DROPBOX_NOTIFY_URL: "https://notify.dropboxapi.com",
      FACEBOOK_API_URL: "https://api.facebook.com/v1/records",
      QSTASH_URL: "https://qstash.upstash.io",
      DROPBOX_FOLDER: "",
      BACKFILL: "none",
      INCLUDE: [],
      EXCLUDE: [],
      EXTENSIONS: [],
      SIZE_MAX_BYTES: 4 * 1024 ** 3,
      CONCURRENCY: 16,
      LOG_LEVEL: "info",
    });
  });

  it("empty or blank → as if not set", () => {
    expect(parse({ DROPBOX_API_URL: "", BACKFILL: "  ", QSTASH_DEV: "", CRON_SECRET: " " })).toMatchObject({
      DROPBOX_API_URL: "https://api.dropboxapi.com",
      BACKFILL: "none",
    });
    expect(namesWith({ FACEBOOK_API_KEY: " " })).toEqual(["FACEBOOK_API_KEY"]);
  });

  it("space around a value, slashes at the end of an address or folder → cut", () => {
    const env = parse({
      PUBLIC_BASE_URL: " https://relay.example.com// ",
      DROPBOX_FOLDER: " /Inbox/ ",
      QSTASH_TOKEN: " t\n",
    });
    expect(env).toMatchObject({
      PUBLIC_BASE_URL: "https://relay.example.com",
      DROPBOX_FOLDER: "/Inbox",
      QSTASH_TOKEN: "t",
    });
    expect(parse({ DROPBOX_FOLDER: "/" }).DROPBOX_FOLDER).toBe("");
  });

  it("lists → split at commas but not inside braces, trimmed, empty parts dropped", () => {
    const env = parse({
      INCLUDE: " photos/** , **/*.{jpg,png},, a{1,2}{3,4} ",
      EXCLUDE: "{a,b",
      EXTENSIONS: ".JPG, png ,,",
    });
    expect(env.INCLUDE).toEqual(["photos/**", "**/*.{jpg,png}", "a{1,2}{3,4}"]);
    expect(env.EXCLUDE).toEqual(["{a", "b"]);
    expect(env.EXTENSIONS).toEqual(["jpg", "png"]);
  });

  it("encryption key → its 32 bytes", () => {
    const key = randomBytes(32);
    expect(parse({ ENCRYPTION_KEY: key.toString("base64") }).ENCRYPTION_KEY).toEqual(new Uint8Array(key));
  });
});

describe("on Vercel", () => {
  const host = { PUBLIC_BASE_URL: undefined, VERCEL_URL: "relay-abc.vercel.app" };
  const production = { ...host, VERCEL_PROJECT_PRODUCTION_URL: "relay.vercel.app" };

  it("no PUBLIC_BASE_URL → https and the production host, else the deployment's", () => {
    expect(parse(production).PUBLIC_BASE_URL).toBe("https://relay.vercel.app");
    expect(parse({ ...production, VERCEL_ENV: "production" }).PUBLIC_BASE_URL).toBe("https://relay.vercel.app");
    expect(parse(host).PUBLIC_BASE_URL).toBe("https://relay-abc.vercel.app");
  });

  it("a preview → its own host: its jobs must not run in production", () => {
    expect(parse({ ...production, VERCEL_ENV: "preview" }).PUBLIC_BASE_URL).toBe("https://relay-abc.vercel.app");
  });

  it("PUBLIC_BASE_URL set → wins over Vercel's", () => {
    expect(parse({ ...production, PUBLIC_BASE_URL: "https://own.example" }).PUBLIC_BASE_URL).toBe(
      "https://own.example",
    );
  });

  it("Redis linked from the marketplace under KV_ names → used; the Upstash names win", () => {
    const kv = { KV_REST_API_URL: "https://kv.example", KV_REST_API_TOKEN: "kv" };
    const without = { UPSTASH_REDIS_REST_URL: undefined, UPSTASH_REDIS_REST_TOKEN: undefined };
    const used = { UPSTASH_REDIS_REST_URL: "https://kv.example", UPSTASH_REDIS_REST_TOKEN: "kv" };
    expect(parse({ ...kv, ...without })).toMatchObject(used);
    expect(parse({ ...kv, UPSTASH_REDIS_REST_URL: "", UPSTASH_REDIS_REST_TOKEN: " " })).toMatchObject(used);
    expect(parse(kv).UPSTASH_REDIS_REST_URL).toBe("http://redis.test");
  });
});
