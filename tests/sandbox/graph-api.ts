/** The emulated Graph API of one Facebook Page: `handle` is the API, the rest is its state and what can go wrong. */
import type { Asked } from "./asked.ts";
import { type After, realAfter } from "./clock.ts";
import { createRandom, type Fault } from "./faults.ts";
import { createGate } from "./gate.ts";
import { errorAnswer } from "./graph-answers.ts";
import { doublesOf } from "./graph-doubles.ts";
import { graphErrorOf, graphErrors } from "./graph-errors.ts";
import { answerForGraphFault, type GraphTrouble, graphTroubles } from "./graph-faults.ts";
import { createFeedRoutes } from "./graph-feed.ts";
import { createGraphLogin, type Portfolio } from "./graph-login.ts";
import { createManners, type GraphManners } from "./graph-manners.ts";
import { mediaAnswer } from "./graph-media-route.ts";
import { createPhotoRoute } from "./graph-photos.ts";
import { createReads } from "./graph-reads.ts";
import { createReelRoutes } from "./graph-reels.ts";
import { readCall } from "./graph-request.ts";
import { createGraphRoutes } from "./graph-routes.ts";
import { createGraphStore } from "./graph-store.ts";
import { createGraphTokens, type GraphTokenOptions } from "./graph-tokens.ts";
import { createGraphUsage } from "./graph-usage.ts";
import { createVideoRoute } from "./graph-videos.ts";

export interface GraphOptions extends Omit<GraphTokenOptions, "appId"> {
  now: () => number;
  /** Fetches the addresses of pictures and videos. */
  fetch: typeof fetch;
  after?: After;
  latencyMs?: number;
  seed?: number;
  appId?: string;
  pageId?: string;
  pageName?: string;
  /** What ids of posts begin with, where that is not the Page's id. */
  ownerId?: string;
  /** Decimal; counted up from beyond 2^53 by default. */
  newId?: () => string;
  /** The path the emulator is mounted under. */
  mount?: string;
  manners?: Partial<GraphManners>;
  /** Business portfolios the person works in, besides the Page of their own. */
  portfolios?: readonly Portfolio[];
}

export type FacebookGraph = ReturnType<typeof createFacebookGraph>;

export function createFacebookGraph(options: GraphOptions) {
  const { now, mount = "", newId = countedIds(), appId = "551144097261", fetch } = options;
  const page = { id: options.pageId ?? newId(), name: options.pageName ?? "Harbour Street Community" };
  const owner = options.ownerId === undefined ? {} : { ownerId: options.ownerId };
  const manners = createManners(options.manners);
  const tokens = createGraphTokens({ ...options, appId, pageId: page.id });
  const store = createGraphStore({ now, newId, pageId: page.id, appId, ...owner });
  const usage = createGraphUsage(now, page.id);
  const random = createRandom((options.seed ?? 1) + 1);

  const login = createGraphLogin({ ...options, appId }, tokens);
  const routes = createGraphRoutes({
    ...{ pageId: page.id, store, tokens, login },
    reads: createReads({ store, manners, tokens, now, page, appId }),
    feed: createFeedRoutes({ store, manners, now, appId }),
    photo: createPhotoRoute({ store, manners, now, fetch }),
    video: createVideoRoute({ store, manners, now, newId, random, fetch }),
    reels: createReelRoutes({ store, manners, now, fetch }),
  });
  const gate = createGate(
    {
      ...options,
      after: options.after ?? realAfter,
      holdMs: (response, fault) => Math.max(usage.holdMs(response), (fault?.holdSeconds ?? 0) * 1000),
    },
    (fault) => usage.addTo(answerForGraphFault(fault, usage.blockedFor)),
  );
  const settled = <T>(look: () => T): (() => T) => {
    return () => {
      store.settle();
      return look();
    };
  };

  return {
    /** The API as a function: give it as `fetch` through a Request, or mount it on a server. */
    async handle(request: Asked): Promise<Response> {
      const call = await readCall(request, mount);
      if (call === null)
        return errorAnswer(graphErrors.invalidParameter, { message: "(#100) The body cannot be read" });
      store.settle();
      if (call.method === "GET" && call.path[0] === "media")
        return mediaAnswer(store, call.path[1] ?? "", call.path[2]);
      tokens.countUrl(call);
      const response = await gate.pass(request, routes.label(call), async () =>
        usage.addTo(usage.refused() ?? (await routes.serve(call))),
      );
      response.headers.set("facebook-api-version", call.version);
      response.headers.set("x-fb-trace-id", "A1b2C3d4E5f");
      return response;
    },
    page,
    appId,
    tokens,
    tokensInUrl: tokens.tokensInUrl,
    login,
    manners,
    usage,
    /** In order of arrival, with what is scheduled, hidden or deleted. */
    posts: settled(store.posts),
    photos: settled(store.photos),
    videos: settled(store.videos),
    doubles: settled(() => doublesOf(store)),
    writes: settled(store.writes),
    /** A post by a person or another app, which this app may read but not change. */
    addForeignPost: (message: string) => store.addPost({ message, appId: "1" }),
    faults: gate.faults,
    /** Throws when the error is none that is known. */
    fail(fault: Fault): void {
      if (fault.error !== undefined) graphErrorOf(fault.error);
      gate.faults.add(fault);
    },
    /** One of the named troubles. */
    trouble(name: GraphTrouble, more: Pick<Fault, "count" | "rate" | "retryAfter" | "route"> = {}): void {
      gate.faults.add({ ...graphTroubles[name], ...more });
    },
    requests: gate.requests,
    requestsIntoHold: gate.requestsIntoHold,
    log: gate.log,
    setLatency: gate.setLatency,
  };
}

/** Each is another one when it is read as a number. */
function countedIds(): () => string {
  let last = 122_133_764_841_238_848n;
  return () => {
    do last += 1n;
    while (String(Number(last)) === String(last));
    return String(last);
  };
}
