/** Runs one scenario to its end and says which promises were broken. The same scenario always runs the same way. */
import { receiverTroubles } from "../sandbox/callback-receiver.ts";
import { createRandom, type Fault } from "../sandbox/faults.ts";
import { graphTroubles } from "../sandbox/graph-faults.ts";
import { createFolder, type Folder, SIZE_MAX_BYTES } from "./folder.ts";
import type { Effect, Fate } from "./network.ts";
import { brokenPromises, isSettled } from "./promises.ts";
import type { Scenario, Step } from "./steps.ts";
import { createUniverse, type Universe } from "./universe.ts";
import { calm, fateIn, type Weather } from "./weather.ts";

const MINUTE_MS = 60_000;
/** The longest pause of the relay is a quarter of an hour, and the sweep comes every five minutes after it. */
const SETTLES_WITHIN_MS = 45 * MINUTE_MS;
/** A receiver that was down for hours is asked again in as many. */
const EVENTS_SETTLE_WITHIN_MS = 20 * 60 * MINUTE_MS;
/** A notification is repeated by Dropbox when it is not answered 200, so many times. */
const NOTIFIED_AGAIN = 3;

export interface Run {
  broken: string[];
  /** Requests sent by the relay. */
  requests: number;
  writes: number;
}

export interface RunOptions {
  trace?: (line: string) => void;
  /** Publishes on a Page. */
  page?: boolean;
  /** Of the relay, over what the scenario draws. */
  env?: Record<string, string>;
  /** Tells a receiver of events. */
  callback?: boolean;
  /** Decides over requests instead of the weather. */
  fateOf?: (effect: Effect) => Fate;
}

export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<Run> {
  const random = createRandom(scenario.seed);
  const weather = calm();
  const universe = createUniverse({
    random,
    processes: scenario.processes,
    page: options.page === true,
    callback: options.callback === true,
    env: {
      SIZE_MAX_BYTES: `${SIZE_MAX_BYTES}`,
      CONCURRENCY: `${1 + Math.floor(random() * 6)}`,
      BACKFILL: random() < 0.2 ? "all" : "none",
      // A post that is shared with other photos cannot be taken away for one of them.
      ...(random() < 0.5 ? { PAGE_ON_EDIT: "replace", PAGE_ALBUM_MAX: "1" } : { PAGE_ALBUM_MAX: "3" }),
      PAGE_ON_DELETE: ["keep", "hide", "delete", "delete"][Math.floor(random() * 4)] ?? "delete",
      ...options.env,
    },
    trace: options.trace ?? null,
    fateOf: options.fateOf ?? ((effect) => fateIn(weather, effect, universe.time.now(), random)),
    queueManners: () => ({
      lateMs: random() < weather.disorder ? random() * MINUTE_MS : random() * 200,
      againMs: random() < weather.disorder ? random() * MINUTE_MS : null,
    }),
  });
  try {
    const { time, queue } = universe;
    const folder = createFolder(universe, options.page);
    folder.addOld(2);
    await time.run(time.now() + 10 * MINUTE_MS);
    queue.startSchedule();
    await time.run(time.now() + MINUTE_MS);

    for (const step of scenario.steps) {
      universe.trace(`step ${JSON.stringify(step)}`);
      await take(step, universe, folder, weather, random);
      await time.run(time.now() + random() * 300);
    }

    universe.trace("calm");
    Object.assign(weather, calm());
    universe.facebook.faults.clear();
    universe.graph.faults.clear();
    universe.dropbox.faults.clear();
    universe.receiver.faults.clear();
    const settlesWithinMs = options.callback === true ? EVENTS_SETTLE_WITHIN_MS : SETTLES_WITHIN_MS;
    const end = time.now() + settlesWithinMs;
    const rest = async () => {
      while (time.now() < end && !(await isSettled(universe))) await time.run(time.now() + MINUTE_MS / 2);
    };
    // A whole round of the sweep first: what was lost on the way to the queue is found by it.
    await time.run(time.now() + 6 * MINUTE_MS);
    await rest();
    if (options.page === true) {
      // Facebook works on a video for a while before it shows it.
      await time.run(time.now() + 10 * MINUTE_MS);
      await rest();
    }
    const hadReset = scenario.steps.some((step) => step.do === "resetCursors");
    const broken = (await isSettled(universe)) ? [] : [`stuck: not at rest ${settlesWithinMs / MINUTE_MS} min after`];
    broken.push(...(await brokenPromises(universe, folder, hadReset)));
    return { broken, requests: universe.sent(), writes: universe.written.length };
  } finally {
    universe.restore();
  }
}

/** What a trouble of the records endpoint is at the Graph API. */
const GRAPH_TROUBLES: Record<string, Fault> = {
  createdBut500: graphTroubles.publishedBut500,
  createdButLost: graphTroubles.publishedButLost,
  tooMany: { error: "pageLimit", regainMinutes: 2 },
  serverError: { error: "serviceDown" },
};

/** And at a receiver. */
const RECEIVER_TROUBLES: Record<string, Fault> = {
  createdBut500: receiverTroubles.takenBut500,
  createdButLost: receiverTroubles.takenButLost,
  tooMany: { status: 429, retryAfter: 30 },
  serverError: receiverTroubles.serverError,
};

async function take(step: Step, universe: Universe, folder: Folder, weather: Weather, random: () => number) {
  const { time, dropbox, facebook, graph, receiver } = universe;
  switch (step.do) {
    case "wait":
      await time.run(time.now() + step.ms);
      return;
    case "kill":
      return universe.killOne();
    case "trouble":
      weather.trouble = step.percent / 100;
      return;
    case "disorder":
      weather.disorder = step.percent / 100;
      return;
    case "down":
      weather.down.set(step.service, time.now() + step.minutes * MINUTE_MS);
      return;
    case "longDown":
      weather.down.set("facebook", time.now() + step.hours * 60 * MINUTE_MS);
      await time.run(time.now() + step.hours * 60 * MINUTE_MS);
      return;
    case "fairWeather":
      Object.assign(weather, calm());
      facebook.faults.clear();
      graph.faults.clear();
      receiver.faults.clear();
      dropbox.faults.clear();
      return;
    case "resetCursors":
      return dropbox.resetCursors();
    case "expireDropboxToken":
      return dropbox.expireToken();
    case "expireFacebookToken":
      graph.tokens.end("page");
      return facebook.expireToken();
    case "facebook": {
      const rate = step.percent / 100;
      graph.fail({ ...GRAPH_TROUBLES[step.trouble], rate });
      receiver.fail({ ...RECEIVER_TROUBLES[step.trouble], rate });
      return facebook.trouble(step.trouble, { rate, ...(random() < 0.5 ? { retryAfter: 30 } : {}) });
    }
    case "facebookOnce":
      graph.fail({ ...GRAPH_TROUBLES[step.trouble], count: 1 });
      receiver.fail({ ...RECEIVER_TROUBLES[step.trouble], count: 1 });
      return facebook.trouble(step.trouble, { count: 1, ...(step.trouble === "tooMany" ? { retryAfter: 30 } : {}) });
    case "dropboxTooMany":
      return dropbox.fail({
        route: "files/list_folder*",
        status: 429,
        count: step.count,
        ...(random() < 0.5 ? { retryAfter: 20 } : {}),
      });
    case "smallPages":
      dropbox.listing.pageMax = step.entries;
      return;
    default:
      if (folder.act(step)) announce(universe, weather, random, NOTIFIED_AGAIN);
  }
}

/** Dropbox tells the webhook a moment later; in disorder also late, twice or not at all. */
function announce(universe: Universe, weather: Weather, random: () => number, again: number): void {
  const { time } = universe;
  const isLost = random() < weather.disorder * 0.3;
  if (isLost) {
    universe.trace("notification lost");
    return;
  }
  const times = random() < weather.disorder ? 2 : 1;
  for (let n = 0; n < times; n += 1) {
    const inMs = random() < weather.disorder ? random() * 2 * MINUTE_MS : random() * 1_000;
    time.after(inMs, () => {
      void universe.notify().then((accepted) => {
        if (!accepted && again > 0) time.after(10_000, () => announce(universe, weather, random, again - 1));
      });
    });
  }
}
