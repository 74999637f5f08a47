import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { secret } from "../support/builders.ts";
import { freePort } from "../support/free-port.ts";
import { startNode } from "../support/node-process.ts";
import { test } from "./scenario.ts";

/** What it printed, and how it ended. */
async function doctor(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const process = startNode({ script: "lib/local/doctor.ts", env, saysWhenReady: "Records endpoint" });
  const { code } = await process.exited;
  return { code, output: process.output() };
}

test("npm run doctor beside a running relay → every line of it; exit code 1 as soon as one is wrong", async ({
  begin,
}) => {
  const adminToken = secret() + secret();
  const { sandbox, relay, ...scenario } = await begin({ env: { ADMIN_TOKEN: adminToken } });
  await scenario.firstListing();
  const env = { ...sandbox.env, ADMIN_TOKEN: adminToken, PORT: `${relay.port}` };

  const well = await doctor(env);
  expect(well.output).toMatch(/^(ok {3}|look ) {2}Redis: A value was written and read back/m);
  expect(well.output).toMatch(/^ok {5}QStash: /m);
  expect(well.output).toMatch(/^ok {5}Sweep: /m);
  expect(well.output).toMatch(/^ok {5}Records endpoint: /m);
  expect(well.code).toBe(0);

  sandbox.facebook.fail({ route: "GET /v1/records", status: 401, count: 1 });
  const refused = await doctor(env);
  expect(refused.output).toMatch(/^WRONG {2}Records endpoint: .*401/m);
  expect(refused.output).toContain("Set a new FACEBOOK_API_KEY");
  expect(refused.code).toBe(1);
  for (const { output } of [well, refused])
    for (const value of [adminToken, ...secretsIn(sandbox.env)]) expect(output).not.toContain(value);
});

test("npm run doctor with another ADMIN_TOKEN, none, nothing running, a variable missing → said, exit code 1", async ({
  begin,
}) => {
  const adminToken = secret() + secret();
  const { sandbox, relay } = await begin({ env: { ADMIN_TOKEN: adminToken } });
  const dataDir = await mkdtemp(join(tmpdir(), "relay-doctor-"));
  const env = { ...sandbox.env, PORT: `${relay.port}`, DATA_DIR: dataDir };
  const tries = await Promise.all([
    doctor({ ...env, ADMIN_TOKEN: secret() + secret() }),
    doctor(env),
    doctor({ ...env, ADMIN_TOKEN: adminToken, PORT: `${await freePort()}` }),
    doctor({ ...env, ADMIN_TOKEN: adminToken, FACEBOOK_API_KEY: "" }),
  ]);
  expect(tries.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
  const says = ["has another ADMIN_TOKEN", "ADMIN_TOKEN: needed", "Nothing answers", "FACEBOOK_API_KEY"];
  for (const [n, words] of says.entries()) expect(tries[n]?.output).toContain(words);
  // The one that npm start keeps there is taken, as by the other commands.
  await writeFile(join(dataDir, "admin-token"), adminToken);
  expect((await doctor(env)).output).not.toMatch(/ADMIN_TOKEN/);
  await rm(dataDir, { recursive: true });
});

const secretsIn = (env: Record<string, string>) =>
  Object.entries(env).flatMap(([name, value]) => (/SECRET|TOKEN|API_KEY/.test(name) ? [value] : []));
