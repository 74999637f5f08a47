/** The whole checklist, in the order in which a person sets things up: each step needs those before it. */
import { type Check, type Run, startChecks } from "./check.ts";
import { lookAtAddress, lookAtWorker } from "./check-address.ts";
import { lookAtCost } from "./check-cost.ts";
import { lookAtAccount, lookAtApp, lookAtScopes } from "./check-dropbox.ts";
import { lookAtEnvironment } from "./check-environment.ts";
import { lookAtFacebook } from "./check-facebook.ts";
import { lookAtNotifications } from "./check-notifications.ts";
import { lookAtQueue, lookAtSchedule } from "./check-queue.ts";
import { lookAtRedis } from "./check-redis.ts";
import type { SetupDeps } from "./deps.ts";

export const startSetupChecks = (deps: SetupDeps): Run =>
  startChecks([
    { id: "environment", title: "Environment", look: () => lookAtEnvironment(deps) },
    { id: "redis", title: "Redis", look: () => lookAtRedis(deps) },
    { id: "queue", title: "QStash", look: () => lookAtQueue(deps) },
    { id: "address", title: "Public address", look: () => lookAtAddress(deps) },
    { id: "worker", title: "Worker route", look: () => lookAtWorker(deps) },
    { id: "schedule", title: "Sweep", look: () => lookAtSchedule(deps) },
    { id: "dropbox-app", title: "Dropbox app", look: () => lookAtApp(deps) },
    { id: "dropbox-account", title: "Dropbox account and folder", look: () => lookAtAccount(deps) },
    { id: "dropbox-scopes", title: "Dropbox permissions", look: () => lookAtScopes(deps) },
    { id: "notifications", title: "Notifications", look: () => lookAtNotifications(deps) },
    { id: "cost", title: "Cost this month", look: () => lookAtCost(deps) },
    { id: "facebook", title: deps.facebook.name, look: () => lookAtFacebook(deps) },
  ]);

/** All of it, when every answer is there. */
export async function checkSetup(deps: SetupDeps): Promise<readonly Check[]> {
  const { lines, done } = startSetupChecks(deps);
  await done;
  return lines;
}
