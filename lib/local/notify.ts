/** `npm run notify -- --url …`: signs a notification as Dropbox does and sends it to any deployment. */
import { createHmac } from "node:crypto";
import { parseArgs } from "node:util";
import nextEnv from "@next/env";

nextEnv.loadEnvConfig(process.cwd());
const { values } = parseArgs({ options: { url: { type: "string" }, account: { type: "string" } } });
const secret = process.env.DROPBOX_APP_SECRET;
const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};
if (values.url === undefined) fail("Say where to: npm run notify -- --url https://your-deployment.example");
if (values.url !== undefined && !URL.canParse(values.url)) fail(`${values.url} is not a URL: it begins with https://`);
if (!secret) fail("DROPBOX_APP_SECRET is not set: Dropbox App Console → your app → Settings → App secret");

const target = new URL(values.url ?? "");
if (target.pathname === "/") target.pathname = "/api/dropbox/webhook";
const account = values.account ?? process.env.DROPBOX_ACCOUNT_ID ?? `dbid:${"test".padEnd(35, "0")}`;
const body = JSON.stringify({ list_folder: { accounts: [account] }, delta: { users: [1] } });
try {
  const response = await fetch(target, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
    headers: {
      "content-type": "application/json",
      "user-agent": "DropboxWebhooks/1.0",
      "x-dropbox-signature": createHmac("sha256", secret ?? "")
        .update(body)
        .digest("hex"),
    },
    body,
  });
  const meaning: Record<number, string> = {
    200: "accepted: the folder is being listed now",
    403: "the signature was refused: is DROPBOX_APP_SECRET the one of the deployment?",
    404: "there is no webhook at this address",
    503: "accepted by the route, but its queue refused: check QSTASH_TOKEN and QSTASH_URL there",
  };
  process.stdout.write(
    `${response.status} ${meaning[response.status] ?? "unexpected: is something in front of the deployment?"}\n`,
  );
  process.exit(response.status === 200 ? 0 : 1);
} catch (cause) {
  fail(`No answer from ${target.origin}: ${cause instanceof Error ? cause.message : "unknown"}`);
}
