/** The sandbox's own controls as JSON over HTTP: what a person, a demo or a test in another process does to the services. */
import { z } from "zod";
import { readBounded } from "@/lib/core/read-bounded.ts";
import type { Asked } from "./asked.ts";
import { controls } from "./control-schema.ts";
import type { ContentInput } from "./dropbox-content.ts";
import { isTrouble } from "./facebook-records.ts";
import { graphErrorOf } from "./graph-errors.ts";
import { isGraphTrouble } from "./graph-faults.ts";
import { pictureOf } from "./picture.ts";
import { type Services, stateOf } from "./state.ts";

const BODY_MAX_BYTES = 8 * 1024 * 1024;

type Given<Name extends keyof typeof controls> = z.infer<(typeof controls)[Name]>;
type Actions = { [Name in keyof typeof controls]: (given: Given<Name>) => unknown };

function contentIn(given: Given<"edit">): ContentInput {
  if (given.base64 !== undefined) return Buffer.from(given.base64, "base64");
  if (given.picture !== undefined) return pictureOf(given.picture);
  return given.content ?? { size: given.size ?? 1024 };
}

export function createControl(services: Services): (request: Asked) => Promise<Response> {
  const { dropbox, facebook, graph } = services;
  const { files, notifications } = dropbox;

  function addFaults({ service, fault, trouble, clear, ...more }: Given<"faults">): void {
    const target = services[service];
    if (clear) target.faults.clear();
    if (fault !== undefined) target.fail({ ...more, ...fault });
    if (trouble === undefined) return;
    if (service === "facebook" && isTrouble(trouble)) facebook.trouble(trouble, more);
    else if (service === "graph" && isGraphTrouble(trouble)) graph.trouble(trouble, more);
    else throw new Error(`no trouble is called ${trouble}`);
  }

  const actions: Actions = {
    add(given) {
      if (given.count === undefined) return { id: files.addFile(given.path, contentIn(given)).id };
      return { added: files.addFiles(given.count, given.path, contentIn(given)).length };
    },
    edit: (given) => ({ rev: files.editFile(given.path, contentIn(given)).rev }),
    rename: ({ from, to }) => files.renameFile(from, to),
    move: ({ from, to }) => files.renameFile(from, to),
    delete: ({ path, forGood }) => files.deletePath(path, { forGood }),
    faults: addFaults,
    latency: ({ service, ms }) => services[service].setLatency(ms),
    token({ service, action, error }) {
      if (service === "dropbox") return action === "expire" ? dropbox.expireToken() : dropbox.unlink();
      if (service === "facebook") return action === "expire" ? facebook.expireToken() : facebook.revokeRefresh();
      for (const kind of action === "expire" ? (["page"] as const) : (["page", "user", "system"] as const))
        graph.tokens.end(kind, error ?? (action === "expire" ? "expired" : "loggedOut"));
    },
    reset: () => dropbox.resetCursors(),
    manners({ pageMax, emptyPages, ...more }) {
      Object.assign(notifications.manners, more);
      if (pageMax !== undefined) dropbox.listing.pageMax = pageMax;
      if (emptyPages !== undefined) dropbox.listing.emptyPages = emptyPages;
    },
    async register({ url }) {
      const done = await dropbox.register(url);
      if (!done.ok) throw new Error(done.reason);
    },
    notify: ({ times }) => dropbox.notifyNow(times),
    usage: (given) => graph.usage.set(given),
    throttle(given) {
      graphErrorOf(given.error);
      graph.usage.throttle(given.seconds === 0 ? null : given);
    },
    page(given) {
      Object.assign(graph.manners, given);
    },
  };

  async function run<Name extends keyof typeof controls>(name: Name, raw: unknown): Promise<Response> {
    const checked = controls[name].safeParse(raw);
    if (!checked.success) return refuse(400, z.prettifyError(checked.error));
    try {
      // The schema and the action come from the same name.
      const action: (given: never) => unknown = actions[name];
      return Response.json((await action(checked.data as never)) ?? { done: true });
    } catch (cause) {
      return refuse(409, cause instanceof Error ? cause.message : "it did not work");
    }
  }

  return async (request) => {
    const url = new URL(request.url);
    const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    if (name === "state" && request.method === "GET") {
      const state = stateOf(services);
      return url.searchParams.get("after") === state.version
        ? new Response(null, { status: 204 })
        : Response.json(state);
    }
    if (!isControl(name)) return refuse(404, "no such control");
    if (request.method !== "POST") return refuse(405, "controls are POSTed");
    // A page of another site cannot send this type without being asked first, and nobody answers that question here.
    if (!(request.headers.get("content-type") ?? "").startsWith("application/json"))
      return refuse(415, "send application/json");
    const bytes = await readBounded(request.body, BODY_MAX_BYTES);
    if (bytes === null) return refuse(413, "the body is too large");
    try {
      return await run(name, JSON.parse(Buffer.from(bytes).toString() || "{}"));
    } catch {
      return refuse(400, "the body is not JSON");
    }
  };
}

const isControl = (name: string): name is keyof typeof controls => Object.hasOwn(controls, name);
const refuse = (status: number, message: string): Response => Response.json({ error: { message } }, { status });
