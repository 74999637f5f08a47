/** The commands of a person against the built relay, on one machine, with the token it made itself. */
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { type Scenario, test } from "./scenario.ts";
import { until } from "./until.ts";

const LIMIT_MS = 60_000;

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** As `npm run <name> -- …` runs it, with nothing set but where the relay is. */
const run = (scenario: Scenario, name: "why" | "deliveries", args: string[], env: Record<string, string> = {}) =>
  new Promise<Ran>((resolve) => {
    const { PATH = "", HOME = "" } = process.env;
    const place = { PATH, HOME, DATA_DIR: scenario.dataDir, PORT: `${scenario.relay.port}`, ...env };
    execFile(
      process.execPath,
      ["--import", "tsx", `lib/local/${name}.ts`, ...args],
      { env: { ...place, NODE_ENV: "production" } },
      (cause, out, err) => resolve({ code: cause === null ? 0 : Number(cause.code ?? 1), out, err }),
    );
  });

describe("a person at the relay", () => {
  test("a file that is refused → understood, replayed and delivered, with no token to be set up", async ({ begin }) => {
    const scenario = await begin();
    await scenario.register();
    const { files } = scenario.sandbox.dropbox;
    files.addFile("/inbox/good.jpg", "x");
    await until("one record", () => scenario.records() === 1, LIMIT_MS);
    scenario.sandbox.facebook.fail({ route: "POST /v1/records", status: 400, count: 1 });
    files.addFile("/inbox/bad.jpg", "x");
    const health = async () => (await run(scenario, "deliveries", ["health"])).out;
    await until("one dead", async () => /1 dead.*1 settled/.test(await health()), LIMIT_MS);

    const dead = await run(scenario, "why", ["/Inbox/BAD.jpg"]);
    expect(dead).toMatchObject({ code: 0, err: "" });
    expect(dead.out).toMatch(/^Dead since .* after 1 attempts: /);
    const told = await run(scenario, "why", ["/inbox/good.jpg"]);
    expect(told.out).toMatch(
      /^Delivered .*\nFile: \/inbox\/.*\nSeen: .*by a (notification|sweep)\n {2}.*attempt 1, delivered/,
    );

    const list = await run(scenario, "deliveries", ["dead"]);
    expect(list.out).toContain("/inbox/bad.jpg");
    const preview = await run(scenario, "deliveries", ["replay", "--path", "inbox/*"]);
    expect(preview).toMatchObject({ code: 0, err: "" });
    expect(preview.out).toContain("1 of 1 dead ones would be sent again. Nothing was changed; add --yes to do it.");
    const done = await run(scenario, "deliveries", ["replay", "--path", "inbox/*", "--yes"]);
    expect(done.out).toContain("1 of 1 dead ones are due again.");
    await until("both are there", () => scenario.records() === 2, LIMIT_MS);

    const id = /(id:\S+)/.exec(list.out)?.[1] ?? "";
    const late = await run(scenario, "deliveries", ["replay", id]);
    expect(late).toMatchObject({ code: 1, out: "", err: "409 it is not dead: nothing to do\n" });
    const nobody = await run(scenario, "why", ["/inbox/none.jpg"]);
    expect(nobody.out).toMatch(/^Not seen\. Last listing: /);

    const token = readFileSync(join(scenario.dataDir, "admin-token"), "utf8").trim();
    expect(statSync(join(scenario.dataDir, "admin-token")).mode & 0o077).toBe(0);
    expect(scenario.output()).not.toContain(token);
    const everything = [dead, told, list, preview, done, late].map(({ out, err }) => out + err).join("");
    expect(everything).not.toContain(token);
  });

  test("wrong token, no token, no relay, wrong words → exit code 1 and what to do", async ({ begin }) => {
    const scenario = await begin();
    const wrong = await run(scenario, "why", ["/a"], { ADMIN_TOKEN: "x".repeat(32) });
    expect(wrong).toMatchObject({ code: 1, err: "401 the token was refused: is ADMIN_TOKEN the one of the relay?\n" });
    const none = await run(scenario, "why", ["/a"], { DATA_DIR: join(scenario.dataDir, "nowhere") });
    expect(none).toMatchObject({ code: 1, err: "ADMIN_TOKEN is not set: give it the value that the relay has\n" });
    const away = await run(scenario, "why", ["/a", "--url", "http://127.0.0.1:9"]);
    expect(away).toMatchObject({ code: 1, err: "No answer from http://127.0.0.1:9: TypeError\n" });
    for (const [name, args] of [
      ["why", []],
      ["why", ["/a", "/b"]],
      ["deliveries", []],
      ["deliveries", ["gone"]],
      ["deliveries", ["replay"]],
      ["deliveries", ["there"]],
      ["deliveries", ["--nonsense"]],
    ] as const) {
      const ran = await run(scenario, name, [...args]);
      expect([ran.code, ran.out], args.join(" ")).toEqual([1, ""]);
      expect(ran.err.length).toBeGreaterThan(10);
    }
  });
});
