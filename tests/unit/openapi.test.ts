/** The OpenAPI document: complete, true to the schemas, and with examples that hold. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { docsPage } from "@/lib/elements/docs-page.ts";
import { openApi } from "@/lib/elements/openapi.ts";
import { ROUTES } from "@/lib/elements/router.ts";

const document = openApi("https://relay.example.com");
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);
const components = z.object({ schemas: z.record(z.string(), z.unknown()) }).parse(document.components).schemas;

/** With what `$ref` names in its place: a validator of its own, made of the document alone. */
function resolved(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(resolved);
  if (typeof schema !== "object" || schema === null) return schema;
  if ("$ref" in schema && typeof schema.$ref === "string" && schema.$ref.startsWith("#/components/schemas/"))
    return resolved(components[schema.$ref.slice("#/components/schemas/".length)]);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value)]));
}

/** Every schema with an example beside it. */
function examplesIn(part: unknown, at = ""): { at: string; schema: unknown; example: unknown }[] {
  if (typeof part !== "object" || part === null) return [];
  const own = "example" in part && "schema" in part ? [{ at, schema: part.schema, example: part.example }] : [];
  return [...own, ...Object.entries(part).flatMap(([key, value]) => examplesIn(value, `${at}/${key}`))];
}

describe("the document", () => {
  it("every route of the table → in it, and no other; each with a name of its own", () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(
      ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it("every method of the table → exported by the route file", () => {
    const file = readFileSync("app/elements/api-v2/[...path]/route.ts", "utf8");
    for (const { method } of ROUTES) expect(file).toContain(`export const ${method} = `);
  });

  it("every name in a path → described as a parameter", () => {
    for (const { name, path, operation } of operations) {
      const inPath = z
        .array(z.looseObject({ name: z.string(), in: z.string(), schema: z.looseObject({}) }))
        .default([])
        .parse(operation.parameters)
        .filter((one) => one.in === "path");
      expect(inPath.map((one) => one.name).sort(), name).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one).sort(),
      );
    }
  });

  it("every reference → leads somewhere", () => {
    const named = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, one = ""]) => one,
    );
    expect(named.length).toBeGreaterThan(20);
    for (const one of named) expect(components).toHaveProperty(one);
    expect(JSON.stringify(document).includes('"$ref":"#/$defs')).toBe(false);
  });

  it("every example → valid, by the document and by the schema it was made of", () => {
    const examples = examplesIn(document.paths);
    expect(examples.length).toBeGreaterThan(25);
    for (const { at, schema, example } of examples) {
      const made = z.fromJSONSchema(resolved(schema) as Parameters<typeof z.fromJSONSchema>[0]);
      expect(made.safeParse(example).error, at).toBeUndefined();
    }
    for (const { method, path, body, answer, example } of ROUTES) {
      if (body !== null) expect(body.safeParse(example?.body).error, `${method} ${path}`).toBeUndefined();
      if (example !== undefined) expect(answer.safeParse(example.answer).error, `${method} ${path}`).toBeUndefined();
    }
  });

  it("a wrong example → found by the same check", () => {
    const schema = resolved({ $ref: "#/components/schemas/Instance" }) as Parameters<typeof z.fromJSONSchema>[0];
    expect(z.fromJSONSchema(schema).safeParse({ id: "1" }).success).toBe(false);
  });
});

describe("the page", () => {
  it("every operation → on it; nothing of others is loaded and no script runs", async () => {
    const response = docsPage(document);
    const text = await response.text();
    for (const { name } of operations) expect(text).toContain(`<code>${name}</code>`);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|src=|href="(?!\/)/);
  });
});
