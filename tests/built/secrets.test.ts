import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { dead } from "./kept.ts";
import { test } from "./scenario.ts";
import { until } from "./until.ts";

/** Writes down what the process has in its environment in the end: also what the relay made for this run. */
const TELL = `import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(process.env.DATA_DIR + "/told-" + process.pid, JSON.stringify(process.env)));`;
const IS_SECRET = /(TOKEN|SECRET|KEY)$/;
/** A client id: it is in the address a person opens to link an account. */
const PUBLIC = ["DROPBOX_APP_KEY"];

/** Each secret as it could be written: plain, in a URL, as base64, and cut short. */
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  secret.slice(0, 12),
  secret.slice(-12),
];

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test("401, 429, 400, 500 that echo the token, malformed JSON, forged requests at LOG_LEVEL=trace → no secret in any output, nor in what is kept", async ({
  begin,
}) => {
  const scenario = await begin({
    sandbox: { renewable: true },
    env: { LOG_LEVEL: "trace", NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELL)}` },
  });
  const { sandbox, dataDir } = scenario;
  const { dropbox, facebook } = sandbox;
  await scenario.firstListing();

  const echo = (status: number, token: string) => ({ status, count: 2, body: `{"error":"not for Bearer ${token}"}` });
  facebook.fail(echo(500, facebook.token()));
  facebook.fail({ ...echo(400, facebook.token()), route: "POST /v1/records" });
  facebook.trouble("tooMany", { count: 3, retryAfter: 1 });
  dropbox.fail(echo(500, dropbox.accessToken));
  dropbox.fail({ ...echo(429, dropbox.accessToken), retryAfter: 1, count: 1 });
  dropbox.files.addFile("/inbox/broken.json", '{"name": "Ann", ');
  dropbox.files.addFiles(30, "/inbox/a-");
  const settled = async () => facebook.records().length + (await dead(dataDir)) >= 31;
  await until("all delivered or set aside", settled, 60_000, () => `${scenario.records()} records.`);

  facebook.expireToken();
  dropbox.expireToken();
  facebook.fail({ ...echo(503, "x"), route: "POST /oauth/token", count: 1 });
  dropbox.files.addFiles(30, "/inbox/b-");
  await until(
    "delivered with new tokens",
    () => scenario.records() >= 56,
    60_000,
    () => `${scenario.records()} records.`,
  );
  expect([facebook.refreshes(), dropbox.refreshes()]).toEqual([1, 1]);

  const body = `{"secret":"${dropbox.appSecret}"`;
  const headers = { "x-dropbox-signature": dropbox.appSecret, "upstash-signature": dropbox.appSecret };
  const answers: string[] = [];
  for (const path of [
    "api/dropbox/webhook",
    "api/relay",
    "api/relay/failure",
    `nothing?token=${dropbox.accessToken}`,
  ]) {
    const answer = await fetch(`${scenario.relay.url}/${path}`, { method: "POST", headers, body });
    // A page that is not found repeats its own address, which only whoever asked has sent.
    const text = (await answer.text()).replaceAll(`token=${dropbox.accessToken}`, "");
    answers.push(`${JSON.stringify([...answer.headers])} ${text}`);
  }
  expect(await scenario.relay.end()).toEqual({ code: 0, signal: null });

  const statuses = new Set([...facebook.log(), ...dropbox.log()].map(({ status }) => status));
  for (const status of [200, 201, 400, 401, 429, 500]) expect(statuses).toContain(status);
  const output = scenario.output();
  for (const part of ["delivery.attempted", "rejected", "queue.message"]) expect(output).toContain(part);

  const told = filesBelow(dataDir).filter((file) => file.includes("/told-"));
  const secrets = new Set([facebook.token(), dropbox.refreshToken]);
  for (const file of told) {
    const env: Record<string, string> = JSON.parse(readFileSync(file, "utf8"));
    for (const [name, value] of Object.entries(env))
      if (IS_SECRET.test(name) && !PUBLIC.includes(name)) secrets.add(value);
  }
  expect(secrets.size).toBeGreaterThanOrEqual(11);
  // Two secrets of this machine alone are kept for its own next start, each in a file of its own.
  const kept = filesBelow(dataDir).filter(
    (file) => !told.includes(file) && !/\/(encryption-key|admin-token)$/.test(file),
  );
  const places = [output, answers.join("\n"), ...kept.map((file) => readFileSync(file, "latin1"))];
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      // Not the secret itself in the message of a test that fails.
      expect(places.map((place) => place.includes(form))).toEqual(places.map(() => false));
    }
  }
  // The emulated Dropbox's own mark for access tokens, so those it renewed too.
  expect(places.some((place) => place.includes("sl.u."))).toBe(false);
});
