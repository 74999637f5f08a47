/** `fields=id,attachments{media_type,target{id}}`: read, and applied to a node. */
import { refuse } from "./graph-answers.ts";

/** A field and, in braces, the fields asked of it. */
export type Fields = Map<string, Fields | null>;
export type GraphNode = Record<string, unknown>;

/** Null when the braces do not match. Modifiers such as `.limit(5)` are left out. */
export function parseFields(text: string): Fields | null {
  const stack: Fields[] = [new Map()];
  let last = "";
  for (const [token] of text.replace(/\.\w+\([^)]*\)/g, "").matchAll(/[{},]|[^{},\s]+/g)) {
    const top = stack.at(-1);
    if (top === undefined) return null;
    if (token === "{") {
      const inner: Fields = new Map();
      top.set(last, inner);
      stack.push(inner);
    } else if (token === "}") stack.pop();
    else if (token !== ",") {
      last = token;
      top.set(token, null);
    }
  }
  return stack.length === 1 ? (stack[0] ?? null) : null;
}

const isNode = (value: unknown): value is GraphNode => typeof value === "object" && value !== null;

function pick(value: unknown, fields: Fields | null): unknown {
  if (fields === null || !isNode(value)) return value;
  if (Array.isArray(value)) return value.map((one) => pick(one, fields));
  if (Array.isArray(value.data)) return { ...value, data: pick(value.data, fields) };
  return Object.fromEntries(
    [...fields].filter(([name]) => value[name] !== undefined).map(([name, inner]) => [name, pick(value[name], inner)]),
  );
}

/**
 * What was asked of a node, always with its id. A field that is in the node but undefined has no value now; one that is
 * not in the node does not exist, which is refused.
 */
export function project(node: GraphNode, asked: Fields, type: string): GraphNode | Response {
  const unknown = [...asked.keys()].find((name) => !Object.hasOwn(node, name));
  if (unknown !== undefined) {
    const message = `(#100) Tried accessing nonexisting field (${unknown}) on node type (${type})`;
    return refuse("invalidParameter", { message });
  }
  const fields: Fields = new Map([...asked, ["id", null]]);
  const picked = pick(node, fields);
  return isNode(picked) ? picked : {};
}
