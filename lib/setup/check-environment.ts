import type { SetupDeps } from "./deps.ts";

/** What is needed is there, or nothing would run; what is missing besides has a price. */
export async function lookAtEnvironment({ settings }: SetupDeps) {
  const [first, ...more] = settings.missing;
  if (first === undefined) return { verdict: "ok" as const, found: "Every variable that is needed is set." };
  return {
    verdict: "warn" as const,
    found: [first, ...more].map(({ name, what }) => `${name} is not set: ${what}.`).join(" "),
    todo: `Set ${[first, ...more].map(({ name }) => name).join(" and ")}, and deploy.`,
  };
}
