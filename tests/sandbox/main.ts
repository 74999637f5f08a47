/** Runs the sandbox on its own and prints the settings a relay needs to use it: `npx tsx tests/sandbox/main.ts --port 4000`. */
import { parseArgs } from "node:util";
import { startSandbox } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4000" },
    host: { type: "string", default: "127.0.0.1" },
    latency: { type: "string", default: "0" },
    files: { type: "string", default: "0" },
    renewable: { type: "boolean", default: false },
    destination: { type: "string", default: "records" },
  },
});

const { destination } = values;
if (destination !== "records" && destination !== "page") {
  process.stderr.write("--destination must be records or page\n");
  process.exit(2);
}

const sandbox = await startSandbox({
  port: Number(values.port),
  host: values.host,
  latencyMs: Number(values.latency),
  renewable: values.renewable,
  destination,
});
sandbox.dropbox.files.addFiles(Number(values.files), "/inbox/photo-");

const lines = Object.entries(sandbox.env).map(([name, value]) => `${name}=${value}`);
process.stdout.write(`# Sandbox: ${sandbox.url}\n${lines.join("\n")}\n`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
}
