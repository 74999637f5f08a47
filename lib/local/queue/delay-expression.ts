/**
 * The arithmetic of `Upstash-Retry-Delay`: numbers, `retried`, `+ - * /`, parentheses and ten functions.
 * A parser of its own, because the text comes from a request and must never reach `eval`.
 */

const LENGTH_MAX = 256;

const FUNCTIONS = new Map<string, { arity: number | "any"; run: (...values: number[]) => number }>([
  ["pow", { arity: 2, run: Math.pow }],
  ["sqrt", { arity: 1, run: Math.sqrt }],
  ["abs", { arity: 1, run: Math.abs }],
  ["exp", { arity: 1, run: Math.exp }],
  ["floor", { arity: 1, run: Math.floor }],
  ["ceil", { arity: 1, run: Math.ceil }],
  ["round", { arity: 1, run: Math.round }],
  ["min", { arity: "any", run: Math.min }],
  ["max", { arity: "any", run: Math.max }],
]);

type Expression = (retried: number) => number;

/** The expression as a function of `retried` (0 before the first retry). Throws SyntaxError for anything else. */
export function parseDelayExpression(text: string): Expression {
  if (text.length > LENGTH_MAX) throw new SyntaxError(`retry delay longer than ${LENGTH_MAX} characters`);
  const tokens = text.match(/\d+(?:\.\d+)?|[A-Za-z]+|[^\s]/g) ?? [];
  let next = 0;

  const take = (token: string) => tokens[next] === token && next++ >= 0;
  const expect = (token: string) => {
    if (!take(token)) throw new SyntaxError(`retry delay: expected "${token}" at "${tokens[next] ?? "the end"}"`);
  };

  function sum(): Expression {
    let left = product();
    for (;;) {
      const a = left;
      if (take("+")) {
        const b = product();
        left = (retried) => a(retried) + b(retried);
      } else if (take("-")) {
        const b = product();
        left = (retried) => a(retried) - b(retried);
      } else return left;
    }
  }

  function product(): Expression {
    let left = factor();
    for (;;) {
      const a = left;
      if (take("*")) {
        const b = factor();
        left = (retried) => a(retried) * b(retried);
      } else if (take("/")) {
        const b = factor();
        left = (retried) => a(retried) / b(retried);
      } else return left;
    }
  }

  function factor(): Expression {
    if (take("-")) {
      const value = factor();
      return (retried) => -value(retried);
    }
    if (take("(")) {
      const inner = sum();
      expect(")");
      return inner;
    }
    const token = tokens[next++] ?? "";
    if (/^\d/.test(token)) return () => Number(token);
    if (token === "retried") return (retried) => retried;
    return call(token);
  }

  function call(name: string): Expression {
    const known = FUNCTIONS.get(name);
    if (known === undefined) throw new SyntaxError(`retry delay: "${name || "the end"}" is not known`);
    expect("(");
    const values = [sum()];
    while (take(",")) values.push(sum());
    expect(")");
    if (known.arity !== "any" && known.arity !== values.length) {
      throw new SyntaxError(`retry delay: ${name} takes ${known.arity} value(s)`);
    }
    return (retried) => known.run(...values.map((value) => value(retried)));
  }

  const whole = sum();
  if (next !== tokens.length) throw new SyntaxError(`retry delay: "${tokens[next]}" is not expected`);
  return whole;
}
