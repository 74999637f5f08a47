/** Whatever stands in the environment: either it parses, or EnvError names the variables and shows none of their values. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENV_NAMES, EnvError, parseEnv, secretsOf } from "@/lib/env.ts";
import { anEnvironment, secret } from "../support/builders.ts";

/** What was said about an environment; null when it is complete. Anything but EnvError is thrown on. */
function complaint(raw: Record<string, string | undefined>): string | null {
  try {
    parseEnv(raw);
    return null;
  } catch (cause) {
    if (cause instanceof EnvError) return `${cause.message}\n${cause.faults.join("\n")}\n${JSON.stringify(cause)}`;
    throw cause;
  }
}

const strange = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "\u0000",
    "\ud800",
    "\ufeff",
    "\u202e",
    "__proto__",
    "{}",
    "-1",
    "1e309",
    "NaN",
    "0x10",
    "https://",
    "http://[",
    "https://a:b@c",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "[".repeat(5_000),
    "{".repeat(5_000),
    "{a,".repeat(5_000),
    "\\".repeat(5_000),
    "/".repeat(5_000),
    "a".repeat(100_000),
  ),
);

describe("any values", () => {
  it("in any variables, known or not → parsed or refused by EnvError, and no value of 8 letters or more is in what it says", () => {
    const marked = strange.map((value) => `${value}hush${value}`.slice(0, 200_000));
    const values = fc.dictionary(fc.constantFrom(...ENV_NAMES, "__proto__", "constructor"), fc.oneof(strange, marked));
    fc.assert(
      fc.property(values, (changes) => {
        const said = complaint({ ...anEnvironment(), ...changes });
        if (said !== null) expect(said).not.toContain("hush");
        expect(complaint(changes)).not.toContain("hush");
      }),
      { numRuns: 400 },
    );
  });

  it("made-up secrets wherever a variable is → none in any fault", () => {
    const wrong = Object.fromEntries(ENV_NAMES.map((name) => [name, `${secret()}\n${secret()}`]));
    const said = complaint(wrong) ?? "";
    expect(said).toContain("QSTASH_TOKEN");
    for (const value of Object.values(wrong).flatMap((value) => value.split("\n"))) expect(said).not.toContain(value);
  });

  it("a parsed list or folder, whatever it was → at most as long as what was given", () => {
    fc.assert(
      fc.property(strange, (value) => {
        const raw = { ...anEnvironment(), INCLUDE: value, EXCLUDE: value, EXTENSIONS: value };
        if (complaint(raw) !== null) return;
        const { INCLUDE, EXTENSIONS } = parseEnv(raw);
        expect(INCLUDE.join(",").length).toBeLessThanOrEqual(value.length);
        expect(EXTENSIONS.length).toBeLessThanOrEqual(value.length + 1);
      }),
    );
  });
});

describe("what a request would fail on, in words that quote it", () => {
  const tokens = [
    "DROPBOX_ACCESS_TOKEN",
    "FACEBOOK_API_KEY",
    "UPSTASH_REDIS_REST_TOKEN",
    "QSTASH_TOKEN",
    "CRON_SECRET",
  ];

  it.each(tokens)("%s with a line break, a NUL or a letter no header has within → named, not shown", (name) => {
    for (const within of ["\n", "\r\n", "\u0000", "\u001b[31m", "…", "\u200b", "é", "😀"]) {
      const value = `${secret()}${within}${secret()}`;
      const said = complaint(anEnvironment({ [name]: value })) ?? "";
      expect(said, JSON.stringify(within)).toContain(`${name}: holds a line break`);
      for (const part of value.split(within)) expect(said).not.toContain(part);
    }
  });

  it.each([
    "DROPBOX_API_URL",
    "FACEBOOK_API_URL",
    "FACEBOOK_REFRESH_URL",
    "UPSTASH_REDIS_REST_URL",
    "QSTASH_URL",
    "PUBLIC_BASE_URL",
  ])("%s with a user name or password → named, not shown", (name) => {
    const [user, password] = [secret(), secret()];
    for (const address of [`https://${user}:${password}@example.com`, `https://${user}@example.com`]) {
      const said = complaint(anEnvironment({ [name]: address })) ?? "";
      expect(said).toContain(`${name}: must not hold a user name or password`);
      expect(said).not.toContain(user);
      expect(said).not.toContain(password);
    }
  });
});

describe("the list of secrets", () => {
  it("every variable named like a secret → on it, but for the app key, which is public", () => {
    const named = ENV_NAMES.filter((name) => /(SECRET|TOKEN|KEY)(_PREVIOUS)?$/.test(name)).filter(
      (name) => !["DROPBOX_APP_KEY", "KV_REST_API_TOKEN"].includes(name),
    );
    expect(named.length).toBeGreaterThanOrEqual(13);
    const raw = anEnvironment(
      Object.fromEntries(named.filter((name) => name !== "ENCRYPTION_KEY").map((name) => [name, secret()])),
    );
    const env = parseEnv({ ...raw, DROPBOX_APP_KEY: "key", OPERATOR_CALLBACK_URL: "https://hooks.example.org" });
    expect(named.map((name) => raw[name]).sort()).toEqual(secretsOf(env).sort());
  });
});
