/** The routes of instances. Each with an id in its path is there without one too, and then means the token's instance. */
import { refuse } from "./answer.ts";
import { changeInstance } from "./change-instance.ts";
import { createInstance } from "./create-instance.ts";
import { ACCOUNT_ID, isElement } from "./element.ts";
import { EXAMPLES } from "./examples.ts";
import { idOf } from "./find-instance.ts";
import { deleteInstance, readInstance, renewToken } from "./instance-calls.ts";
import { partsOfOne } from "./instance-part-routes.ts";
import { listInstances } from "./list-instances.ts";
import { bodyless, type Route, route } from "./route.ts";
import * as schemas from "./schemas.ts";

const { noQuery } = schemas;
/** What is asked of one instance, under `base`; with the id in the path, or without. */
function ofOne(base: string, withId: boolean): Route[] {
  const path = `${base}${withId ? "/{id}" : ""}`;
  const change = (method: "PUT" | "PATCH", summary: string) =>
    route({
      method,
      path,
      summary,
      audience: "instance" as const,
      query: noQuery,
      body: schemas.changeSchema,
      answer: schemas.instanceAnswer,
      example: { body: EXAMPLES.change, answer: EXAMPLES.instance },
      run: ({ params, body, caller }, deps) =>
        changeInstance({ id: idOf(caller, params.id), body, replaces: method === "PUT" }, caller, deps),
    });
  const read = bodyless({
    method: "GET",
    path,
    summary: "Read an instance",
    audience: "instance" as const,
    query: noQuery,
    answer: schemas.instanceAnswer,
    example: { answer: EXAMPLES.instance },
    run: ({ params, caller }, deps) => readInstance(idOf(caller, params.id), caller, deps),
  });
  return [
    ...(withId ? [read] : []),
    change("PUT", "Replace name, tags and configuration; with providerData.code connect the account again"),
    change("PATCH", "Change what is named"),
    bodyless({
      method: "DELETE",
      path,
      summary: "Delete an instance",
      audience: "instance",
      query: noQuery,
      answer: schemas.emptyAnswer,
      example: { answer: {} },
      run: ({ params, caller }, deps) => deleteInstance(idOf(caller, params.id), caller, deps),
    }),
  ];
}

const create = (path: string) =>
  route({
    method: "POST",
    path,
    audience: "platform",
    query: noQuery,
    body: schemas.createSchema,
    summary: "Exchange the code, or import a refresh token, and create an instance",
    answer: schemas.instanceAnswer,
    example: { body: EXAMPLES.create, answer: EXAMPLES.instance },
    run: ({ params, body }, deps) => createInstance(body, params.keyOrId ?? null, deps),
  });

const list = (path: string, summary: string) =>
  bodyless({
    method: "GET",
    path,
    summary,
    query: schemas.listQuery,
    // By a token it is the token's instance, as at all routes without an id.
    audience: path === "/instances" ? "instance" : "platform",
    answer: path === "/instances" ? schemas.instanceOrListAnswer : schemas.instancesAnswer,
    example: { answer: [EXAMPLES.instance] },
    run: ({ params, query, caller }, deps) => {
      if (params.account !== undefined && params.account !== `${ACCOUNT_ID}`) refuse(403, "That is another account");
      if (path === "/instances" && caller.element !== null) return readInstance(caller.element, caller, deps);
      const { searchText = "", pageSize, nextPage = null } = query;
      const tags = [...(query["tags[]"] ?? []), ...(query.tags ?? [])];
      return listInstances({ tags, searchText, pageSize, nextPage }, deps);
    },
  });

/** Under a name that is none of ours there is nothing. */
const ofElement = (one: Route): Route => ({
  ...one,
  run: (raw, deps) =>
    isElement(raw.params.keyOrId ?? "") ? one.run(raw, deps) : refuse(404, "No element found: there is dropbox"),
});

export const INSTANCE_ROUTES: readonly Route[] = [
  create("/instances"),
  list("/instances", "List instances; with an Element token, read its instance"),
  ...ofOne("/instances", true),
  ...ofOne("/instances", false),
  ...partsOfOne(true),
  ...partsOfOne(false),
  bodyless({
    method: "POST",
    path: "/instances/{id}/token",
    audience: "platform",
    query: noQuery,
    summary: "Make a new Element token; the former ends (an addition of this relay, for a token is shown only once)",
    answer: schemas.tokenAnswer,
    example: { answer: { id: 1001, token: "<shown once>" } },
    run: ({ params, caller }, deps) => renewToken(params.id ?? "", caller, deps),
  }),
  list("/accounts/instances", "List instances"),
  list("/accounts/{account}/instances", "List instances of the account"),
  ofElement(create("/elements/{keyOrId}/instances")),
  ofElement(list("/elements/{keyOrId}/instances", "List instances of the element")),
  ...ofOne("/elements/{keyOrId}/instances", true).map(ofElement),
];
