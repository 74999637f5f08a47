/** `npm run notify -- --url …`: signs a notification as Dropbox does and sends it to any deployment. */
import { parseArgs } from "node:util";
import nextEnv from "@next/env";
import { ANY_ACCOUNT, signedNotification } from "../setup/test-notification.ts";

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
const account = values.account ?? process.env.DROPBOX_ACCOUNT_ID ?? ANY_ACCOUNT;
try {
  const response = await fetch(target, {
    ...signedNotification(account, secret ?? ""),
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
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
