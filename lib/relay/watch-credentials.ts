/** The sweep's look at when credentials end: asked once a day for everybody, and said in the log 14, 3 and 1 days before. */
import { daysLeft, endsAt, warningDue } from "../core/credential-ending.ts";
import type { Lane, Services } from "./services.ts";

const DAY_MS = 86_400_000;
/** Not a whole day, so that what is asked once a day does not wander by a sweep each time. */
const ASK_EVERY_MS = DAY_MS - 10 * 60_000;
const ASK_AGAIN_MS = 60 * 60_000;

/** When this process need not ask the store again before, by link. */
const quietUntil = new WeakMap<Lane, number>();

/** Never throws: a delivery must not wait for a warning. */
export async function watchCredential(services: Services, link: Lane): Promise<void> {
  try {
    await watch(services, link);
  } catch (cause) {
    services.log.warn(
      { link: link.id, reason: cause instanceof Error ? cause.message : "unknown" },
      "credential.unwatched",
    );
  }
}

async function watch({ log, now }: Services, link: Lane): Promise<void> {
  const { credential } = link.desk;
  if (credential === null || (quietUntil.get(link) ?? 0) > now()) return;
  const { ending, ask } = credential;
  if (!(await ending.mayAsk(ASK_EVERY_MS))) {
    quietUntil.set(link, now() + ASK_AGAIN_MS);
    return;
  }
  const asked = await ask();
  if (asked.kind === "unavailable") {
    log.warn({ link: link.id, message: asked.message }, "credential.not_told");
    return ending.askAgainIn(ASK_AGAIN_MS);
  }
  const { facts } = asked;
  const before = await ending.load();
  const due = warningDue(facts, before?.warned ?? null, now());
  if (due !== null) {
    const left = daysLeft(due.endsAt, now());
    log.warn({ link: link.id, daysLeft: left, endsAt: new Date(due.endsAt).toISOString() }, "credential.ending");
  }
  if (!facts.isValid) log.error({ link: link.id }, "credential.invalid");
  if (facts.missing.length > 0) log.warn({ link: link.id, missing: facts.missing }, "credential.incomplete");
  // After the line: dying between the two says it twice rather than never.
  const warned = due ?? (before?.warned?.endsAt === endsAt(facts) ? before.warned : null);
  await ending.save({ facts, askedAt: now(), warned: warned ?? null });
}
