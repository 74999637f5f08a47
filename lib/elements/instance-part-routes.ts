/** The routes of what an instance has: whether it is enabled, its configuration, and its events. */
import { eventRoutes } from "./event-routes.ts";
import { EXAMPLES } from "./examples.ts";
import { idOf } from "./find-instance.ts";
import { enable } from "./instance-calls.ts";
import { changeProperty, listProperties, readProperty } from "./properties.ts";
import { bodyless, type Route, route } from "./route.ts";
import * as schemas from "./schemas.ts";

const { noQuery } = schemas;

/** With the instance's id in the path, or without: then it is the token's. */
export function partsOfOne(withId: boolean): Route[] {
  const base = `/instances${withId ? "/{id}" : ""}`;
  const audience = "instance" as const;
  return [
    bodyless({
      method: "PUT",
      path: `${base}/enabled`,
      summary: "Enable",
      audience,
      query: noQuery,
      whileDisabled: true,
      answer: schemas.instanceAnswer,
      run: ({ params, caller }, deps) => enable(idOf(caller, params.id), true, caller, deps),
    }),
    bodyless({
      method: "DELETE",
      path: `${base}/enabled`,
      summary: "Disable",
      audience,
      query: noQuery,
      answer: schemas.instanceAnswer,
      run: ({ params, caller }, deps) => enable(idOf(caller, params.id), false, caller, deps),
    }),
    bodyless({
      method: "GET",
      path: `${base}/configuration`,
      summary: "All configuration",
      audience,
      query: noQuery,
      answer: schemas.propertiesAnswer,
      example: { answer: [EXAMPLES.property] },
      run: ({ params, caller }, deps) => listProperties(idOf(caller, params.id), caller, deps),
    }),
    bodyless({
      method: "GET",
      path: `${base}/configuration/{configId}`,
      summary: "One of it",
      audience,
      query: noQuery,
      answer: schemas.propertyAnswer,
      example: { answer: EXAMPLES.property },
      run: ({ params, caller }, deps) => readProperty(idOf(caller, params.id), params.configId ?? "", caller, deps),
    }),
    route({
      method: "PATCH",
      path: `${base}/configuration/{configId}`,
      summary: "Change one of it",
      audience,
      query: noQuery,
      body: schemas.propertyChangeSchema,
      answer: schemas.propertyAnswer,
      example: { body: { propertyValue: "true" }, answer: EXAMPLES.property },
      run: ({ params, body, caller }, deps) => {
        const id = idOf(caller, params.id);
        return changeProperty({ id, configId: params.configId ?? "", value: body.propertyValue }, caller, deps);
      },
    }),
    ...eventRoutes(base),
  ];
}
