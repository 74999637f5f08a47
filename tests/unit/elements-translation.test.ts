/** Configuration of the compatible interface to an instance and back. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Instance, instanceSchema, SOURCE } from "@/lib/core/instance.ts";
import { configIdOf, isSecretKey, KEYS, MASK } from "@/lib/elements/configuration-keys.ts";
import type { Configuration } from "@/lib/elements/destination-keys.ts";
import { configurationOf, shownConfiguration } from "@/lib/elements/from-instance.ts";
import { laidOver, textsOf } from "@/lib/elements/given-values.ts";
import { type SecretsBySide, toInstance } from "@/lib/elements/to-instance.ts";

const base = { id: "1", name: "A", tags: [], account: "dbid:A", status: "active", trouble: null } as const;
const times = { since: 0, createdAt: 0, updatedAt: 0 };

/** Stored, as far as translation goes. */
function storedOf(at: Configuration, former: Instance["destinations"] = []) {
  const read = toInstance(at, former);
  if (read.kind === "faulty") throw new Error(read.faults.join("; "));
  const instance = instanceSchema.parse({ ...base, ...times, ...read.settings });
  const secrets: SecretsBySide = { ...read.secrets, [SOURCE]: { refreshToken: "r", ...read.keptSecrets } };
  return { instance, secrets };
}
const roundTrip = (at: Configuration): Configuration => {
  const { instance, secrets } = storedOf(at);
  return configurationOf(instance, secrets);
};
const faultsOf = (at: Configuration): string[] => {
  const read = toInstance(at);
  return read.kind === "faulty" ? read.faults : [];
};

const CALLBACK = {
  "event.notification.enabled": "true",
  "event.notification.callback.url": "https://app.example.com/hooks",
  "event.notification.signature.key": "a-long-random-string",
  "event.notification.basic.username": "u",
  "event.notification.basic.password": "p",
  "event.notification.format": "cloudevents",
};

describe("round trip", () => {
  const value = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== "" && text !== MASK);
  const flag = fc.constantFrom("true", "false");
  const given = fc.record(
    {
      "event.notification.enabled": flag,
      "event.notification.callback.url": fc.constant("https://app.example.com/hooks"),
      "event.notification.signature.key": value,
      "event.notification.format": fc.constantFrom("elements", "cloudevents"),
      "event.vendor.type": fc.constantFrom("webhook", "polling"),
      "event.poller.refresh_interval": fc.integer({ min: 1, max: 1440 }).map(String),
      "relay.folder": fc.constantFrom("/In", "/In/Deep"),
      "relay.include": fc.constantFrom("*.jpg", "*.{jpg,png},b/**"),
      "relay.environment": flag,
      "relay.records.url": fc.constant("https://records.example.com/v1"),
      "relay.records.token": value,
      "relay.page.id": fc.constantFrom("12", "345"),
      "relay.page.token": value,
      "relay.page.message": value,
      "relay.page.captions": flag,
      "relay.page.album.max": fc.integer({ min: 1, max: 40 }).map(String),
      "my.own": value,
      "my.own.password": value,
    },
    { requiredKeys: ["event.notification.callback.url"] },
  );

  it("whatever fits → comes back as it was, on and off alike; the same again changes nothing", () => {
    fc.assert(
      fc.property(given, (at) => {
        const sent = Object.fromEntries(Object.entries(at).filter(([, one]) => one !== undefined));
        const back = roundTrip(sent);
        expect(back).toMatchObject(sent);
        expect(roundTrip(back)).toEqual(back);
      }),
    );
  });

  it("whatever fits → no secret is stored in the clear or shown", () => {
    fc.assert(
      fc.property(given, (at) => {
        const sent = Object.fromEntries(Object.entries(at).filter(([, one]) => one !== undefined));
        const marked = Object.fromEntries(
          Object.entries(sent).map(([key, one]) => [key, isSecretKey(key) ? `secret-${one}-of-${key}` : one]),
        );
        const { instance, secrets } = storedOf(marked);
        expect(JSON.stringify(instance)).not.toContain("secret-");
        expect(JSON.stringify(shownConfiguration(instance, secrets))).not.toContain("secret-");
      }),
    );
  });
});

describe("destinations", () => {
  it("events switched off and on again → the address, the key and the format were kept meanwhile", () => {
    const on = storedOf(CALLBACK);
    expect(on.instance.destinations).toMatchObject([{ kind: "callback", id: "callback" }]);
    const off = storedOf({ ...configurationOf(on.instance, on.secrets), "event.notification.enabled": "false" });
    expect(off.instance.destinations).toEqual([]);
    expect(JSON.stringify(off.instance)).not.toContain("a-long-random-string");
    const again = { ...configurationOf(off.instance, off.secrets), "event.notification.enabled": "true" };
    expect(storedOf(again)).toMatchObject({ instance: { destinations: on.instance.destinations } });
    expect(storedOf(again).secrets.callback).toEqual(on.secrets.callback);
  });

  it("a second one of a kind, which no key can name → stays as it is", () => {
    const { instance } = storedOf(CALLBACK);
    const second = { kind: "callback", id: "audit", url: "https://audit.example.com", settings: {} } as const;
    const all = [...instance.destinations, second];
    const changed = storedOf({ ...CALLBACK, "event.notification.callback.url": "https://new.example.com" }, all);
    expect(changed.instance.destinations).toMatchObject([{ id: "callback", url: "https://new.example.com" }, second]);
    expect(changed.secrets).not.toHaveProperty("audit");
  });

  it("one that somebody made under another id → keeps it, and what no key names", () => {
    const made = { kind: "records", id: "archive", url: "https://a.example.com", width: 3 } as const;
    const { instance } = storedOf({ "relay.records.url": "https://b.example.com" }, [made]);
    expect(instance.destinations).toEqual([{ ...made, url: "https://b.example.com" }]);
  });

  it.each([
    ["event.notification.callback.url", { "event.notification.enabled": "true" }],
    ["event.notification.callback.url", { ...CALLBACK, "event.notification.callback.url": "ftp://a" }],
    ["relay.records.url", { "relay.records.url": "nowhere" }],
    ["relay.page.id", { "relay.page.id": "my page" }],
    ["relay.page.album.max", { "relay.page.id": "12", "relay.page.album.max": "41" }],
    ["relay.page.captions", { "relay.page.id": "12", "relay.page.captions": "yes" }],
    ["relay.folder", { "relay.folder": "In" }],
    ["relay.backfill", { "relay.backfill": "some" }],
    ["relay.size.max", { "relay.size.max": "big" }],
    ["event.vendor.type", { "event.vendor.type": "push" }],
    ["event.poller.refresh_interval", { "event.vendor.type": "polling", "event.poller.refresh_interval": "often" }],
    ["event.poller.refresh_interval", { "event.vendor.type": "polling", "event.poller.refresh_interval": "100000" }],
  ])("%s at fault in %j → named", (key, at) => {
    expect(faultsOf(at)).toEqual([expect.stringMatching(new RegExp(`^${key}: `))]);
  });
});

describe("what a client sends", () => {
  it("booleans, numbers, objects and null → texts", () => {
    expect(textsOf({ a: true, b: 15, c: { d: [1] }, e: null, f: "g" })).toEqual({
      ...{ a: "true", b: "15", c: '{"d":[1]}', e: "", f: "g" },
    });
  });

  it("a mask → what it stands for; a mask where nothing secret is → that text", () => {
    const before = { "event.notification.signature.key": "k" };
    expect(laidOver({ "event.notification.signature.key": MASK, name: MASK }, before, true)).toEqual({
      ...{ "event.notification.signature.key": "k", name: MASK },
    });
    expect(laidOver({ "event.notification.signature.key": MASK }, {}, false)).toEqual({});
  });

  it("credentials of the account → never settings", () => {
    const given = { "oauth.api.key": "a", "oauth.api.secret": "b", "oauth.user.refresh_token": "c", d: "e" };
    expect(laidOver(given, {}, false)).toEqual({ d: "e" });
  });
});

describe("keys", () => {
  it("their numbers → all different, and the same for ever", () => {
    expect(new Set(KEYS.map(({ key }) => configIdOf(key))).size).toBe(KEYS.length);
    expect(configIdOf("event.notification.enabled")).toBe(configIdOf("event.notification.enabled"));
  });

  it.each(["my.password", "client_secret", "x.api.key", "apiKey", "some.token", "signature"])(
    "%s, which nobody described → a secret",
    (key) => {
      expect(isSecretKey(key)).toBe(true);
    },
  );
  it.each(["filter.response.nulls", "event.metadata", "keyboard", "my.keyword"])("%s → none", (key) => {
    expect(isSecretKey(key)).toBe(false);
  });
});
