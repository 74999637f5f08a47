/** One route of the interface: what it takes and gives, and who may call it. The table of them makes router and document. */
import type { z } from "zod";
import { type Answer, refuse } from "./answer.ts";
import type { ElementsDeps } from "./deps.ts";
import type { Caller } from "./find-instance.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** `anyone`: no secret is looked at. `platform`: the whole of it. `instance`: also the Element token of that instance. */
export type Audience = "anyone" | "platform" | "instance";

export interface Call<Query, Body> {
  params: Record<string, string>;
  query: Query;
  body: Body;
  caller: Caller;
}

export interface Raw {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  caller: Caller;
}

interface Facts {
  method: Method;
  /** With `{names}` in the place of what differs. */
  path: string;
  audience: Audience;
  summary: string;
  answer: z.ZodType;
  example?: { body?: unknown; answer: unknown };
  /** Also by the token of a disabled instance. */
  whileDisabled?: boolean;
}

export interface Route extends Facts {
  query: z.ZodObject;
  /** Null: it takes none. */
  body: z.ZodType | null;
  run: (raw: Raw, deps: ElementsDeps) => Promise<Answer>;
}

/** Parses at the border: `run` gets only what fits, and a refusal names each field that did not. */
export function route<Query extends z.ZodObject, Body extends z.ZodType>(
  facts: Facts & {
    query: Query;
    body: Body;
    run: (call: Call<z.output<Query>, z.output<Body>>, deps: ElementsDeps) => Promise<Answer>;
  },
): Route {
  const { query, body, run } = facts;
  return {
    ...facts,
    run: (raw, deps) =>
      run({ ...raw, query: parsed(query, raw.query, "query"), body: parsed(body, raw.body, "body") }, deps),
  };
}

export function bodyless<Query extends z.ZodObject>(
  facts: Facts & { query: Query; run: (call: Call<z.output<Query>, null>, deps: ElementsDeps) => Promise<Answer> },
): Route {
  const { query, run } = facts;
  return {
    ...facts,
    body: null,
    run: (raw, deps) => run({ ...raw, query: parsed(query, raw.query, "query"), body: null }, deps),
  };
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.map(String).join(".") || what}: ${message}`);
  return refuse(400, `Invalid ${what}: ${faults.join("; ")}`.slice(0, 2000));
}
