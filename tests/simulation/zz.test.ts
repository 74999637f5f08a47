import fc from "fast-check";
import { it } from "vitest";
import { runScenario } from "./run-scenario.ts";
import { scenario } from "./steps.ts";
it("find", async () => {
  const all = fc.sample(scenario, { numRuns: 400, seed: Number(process.env.S ?? 1) });
  const out: string[] = [];
  for (const [n, one] of all.entries()) {
    const t = performance.now();
    let lines = 0;
    let last = "";
    const r = await runScenario(one, (line) => { lines += 1; last = line; if (lines > 40000) { throw new Error(`spins ${n}: ${line} ${JSON.stringify(one)}`); } });
    const ms = performance.now() - t;
    if (ms > 300 || r.broken.length > 0) process.stdout.write(`${n} ${ms.toFixed(0)}ms requests ${r.requests} lines ${lines} ${r.broken.join(";")} ${JSON.stringify(one).slice(0, 300)}\n`);
  }
}, 1e6);
