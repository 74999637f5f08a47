/** The interface as an OpenAPI 3.1 document, made of the routes and their schemas. */
import { z } from "zod";
import { ELEMENT_ID } from "./element.ts";
import type { Route } from "./route.ts";
import { BASE_PATH, ROUTES } from "./router.ts";
import * as schemas from "./schemas.ts";

type Json = Record<string, unknown>;
export interface Operation extends Json {
  summary: string;
  responses: Record<string, unknown>;
}
export interface OpenApi {
  openapi: string;
  info: Json;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Json;
}

/** What has a name of its own in the document; the rest is written out where it is used. */
const NAMED = {
  Instance: schemas.instanceAnswer,
  Property: schemas.propertyAnswer,
  Event: schemas.eventAnswer,
  Error: schemas.errorAnswerSchema,
  NewInstance: schemas.createSchema,
  InstanceChange: schemas.changeSchema,
} as const;

const PARAMETERS: Record<string, { description: string; schema: Json }> = {
  id: { description: "The instance's number", schema: { type: "integer", minimum: 1 } },
  keyOrId: { description: `dropbox, or ${ELEMENT_ID}`, schema: { type: "string" } },
  configId: { description: "The property's number, or its key", schema: { type: "string" } },
  eventId: { description: "The event's id", schema: { type: "string" } },
  account: { description: "There is one: 1", schema: { type: "string" } },
};

const FAILURES: Record<string, string> = {
  "400": "Missing or invalid",
  "401": "A secret or token is missing or wrong, or its instance was deleted",
  "403": "The token is of another instance, or its instance is disabled",
  "404": "No such thing, or a search that found nothing",
  "409": "Changed by others at the same time, or of another account",
  "429": "Too many calls: Retry-After says when",
};

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const name = Object.entries(NAMED).find(([, one]) => one === schema)?.[0];
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodType)
    return { type: "array", items: schemaOf(schema.element, io) };
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.filter((one) => one instanceof z.ZodType);
    return { anyOf: options.map((one) => schemaOf(one, io)) };
  }
  return written(schema, io);
}

function written(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: "draft-2020-12" });
  return rest;
}

function queryOf({ query }: Route): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input", target: "draft-2020-12" });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

const SECURITY = { platform: [{ pairs: [] }, { bearer: [] }], anyone: [] };

function operationOf(route: Route): Operation {
  const { path, audience, summary, body, answer, example } = route;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const parameters = [
    ...names.map((name) => ({ name, in: "path", required: true, ...PARAMETERS[name] })),
    ...queryOf(route),
  ];
  const media = (schema: Json, shown: unknown) => ({
    "application/json": { schema, ...(shown === undefined ? {} : { example: shown }) },
  });
  const failures = Object.entries(FAILURES).filter(([status]) => audience !== "anyone" || /40[04]/.test(status));
  return {
    operationId: `${route.method} ${path}`.replace(/[^A-Za-z]+/g, "_").replace(/_$/, ""),
    summary,
    security: audience === "anyone" ? SECURITY.anyone : SECURITY.platform,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: media(schemaOf(body, "input"), example?.body) } }),
    responses: {
      "200": { description: "Done", content: media(schemaOf(answer, "output"), example?.answer) },
      ...Object.fromEntries(
        failures.map(([status, description]) => [
          status,
          { description, content: media({ $ref: "#/components/schemas/Error" }, undefined) },
        ]),
      ),
    },
  };
}

export function openApi(publicBaseUrl: string): OpenApi {
  const paths: OpenApi["paths"] = {};
  for (const route of ROUTES) {
    const at = paths[route.path] ?? {};
    at[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = at;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Connector instances",
      version: "2",
      description:
        "The interface of Cloud Elements and SAP Open Connectors, as far as connecting Dropbox and receiving its events goes.",
    },
    servers: [{ url: `${publicBaseUrl}${BASE_PATH}` }],
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(NAMED).map(([name, schema]) => [
          name,
          written(schema, name === "NewInstance" || name === "InstanceChange" ? "input" : "output"),
        ]),
      ),
      securitySchemes: {
        pairs: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description: "User <secret>, Organization <secret>; of one instance alone: User <secret>, Element <token>",
        },
        bearer: { type: "http", scheme: "bearer", description: "ADMIN_TOKEN" },
      },
    },
  };
}
