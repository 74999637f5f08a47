/**
 * Turns a script for Redis (Lua 5.1) into one for fengari (Lua 5.3).
 * fengari's integers have 32 bits and wrap, so every number is written as a float; what only 5.3 reads is refused.
 */

const TOKEN =
  /--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*|\[(=*)\[[\s\S]*?\]\2\]|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|[A-Za-z_]\w*|0[xX][0-9a-fA-F]+|\.{2,3}|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|~=|::|\/\/|<<|>>|[&|~]/g;

const ONLY_IN_53 = new Set(["::", "//", "<<", ">>", "&", "|", "~"]);

/** Lua 5.1 reads these escapes too, but as plain letters. */
const ESCAPE_IN_53 = /^["'](?:[^\\]|\\[^xzu])*\\[xzu]/;

/** The prepared source, or what is wrong with it. */
export function prepareSource(
  original: string,
): { kind: "ready"; source: string } | { kind: "refused"; reason: string } {
  const text = original.replace(/^#![^\n]*/, "");
  let reason = "";
  const source = text.replace(TOKEN, (token: string, _1: unknown, _2: unknown, offset: number) => {
    if (reason === "" && (ONLY_IN_53.has(token) || ESCAPE_IN_53.test(token))) {
      reason = `user_script:${text.slice(0, offset).split("\n").length}: unexpected symbol near '${token}'`;
    }
    if (/^0[xX]/.test(token)) return `${BigInt(token)}.0`;
    return /^\d+$/.test(token) ? `${token}.0` : token;
  });
  return reason === "" ? { kind: "ready", source } : { kind: "refused", reason };
}
