/** The environment's callback was given up on, and its owner says that it is well again. */
import type { Who } from "../core/audit.ts";
import { givenUpOn } from "../core/endpoint-state.ts";
import type { Link, Services } from "./services.ts";
import { wakeDrain } from "./wake-drain.ts";

/** `isCalled`: it was not given up on, or there is none. */
export type CalledAgain = "done" | "isCalled";

/** All that waits for it goes out now. Written down, whatever comes of it. Done twice, the second time finds nothing to do. */
export async function callAgain(services: Services, link: Link, who: Who): Promise<CalledAgain> {
  let ended: CalledAgain | "failed" = "failed";
  try {
    ended = await callIfGivenUp(link);
  } finally {
    await services.audit.record({ who, act: "callAgain", on: "the environment's callback", ended });
  }
  if (ended === "done") await wakeDrain(services, link);
  return ended;
}

async function callIfGivenUp({ desk: { endpoint } }: Link): Promise<CalledAgain> {
  if (endpoint === null || givenUpOn(await endpoint.load()) === null) return "isCalled";
  await endpoint.callAgain();
  return "done";
}
