/** What is wrong with a value, in words that say what it must be instead. Pure. */

/** The part of a zod issue that this reads. */
export interface Fault {
  code?: string | undefined;
  message: string;
  origin?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  inclusive?: boolean;
  expected?: string;
  values?: readonly unknown[];
}

/** Follows the name of the setting: "albumMax: must be at most 40". */
export function wordsOf(fault: Fault): string {
  const { code, message, origin, minimum, maximum, inclusive, expected, values = [] } = fault;
  const unit = origin === "string" ? " letters" : origin === "array" ? " entries" : null;
  switch (code) {
    case "too_small":
      if (unit === null) return `must be ${inclusive === false ? "more than" : "at least"} ${minimum}`;
      return Number(minimum) <= 1 ? "must not be empty" : `must have at least ${minimum}${unit}`;
    case "too_big":
      return unit === null ? `must be at most ${maximum}` : `must have at most ${maximum}${unit}`;
    case "invalid_value":
      return `must be one of ${values.map(String).join(", ")}`;
    case "invalid_type":
      return TYPES[expected ?? ""] ?? "is missing";
    default:
      return message; // a rule that brought words of its own
  }
}

const TYPES: Record<string, string> = {
  number: "must be a number",
  int: "must be a whole number",
  boolean: "must be true or false",
};
