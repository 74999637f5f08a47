/**
 * Facebook's errors as data. Looked up by code and subcode, then by subcode, then by code; among equals the first that
 * fits. Codes and subcodes decide; wording only where the code leaves it open, as it can come in any language.
 */
import type { ErrorRow } from "./error-row.ts";
import { PERMISSION_ROWS, TOKEN_ROWS } from "./errors-of-access.ts";
import { CONTENT_ROWS, UNCLEAR_ROWS, UPLOAD_ROWS } from "./errors-of-content.ts";
import { LIMIT_ROWS } from "./errors-of-limits.ts";
import type { GraphFailure } from "./graph-answer.ts";
import type { RequestKind } from "./verdict.ts";

export const ERROR_ROWS: readonly ErrorRow[] = [
  ...TOKEN_ROWS,
  ...PERMISSION_ROWS,
  ...LIMIT_ROWS,
  ...UNCLEAR_ROWS,
  ...CONTENT_ROWS,
  ...UPLOAD_ROWS,
];

/** The row for a failure; undefined when it has no code, or one that nobody has described. */
export function rowFor(failure: GraphFailure, request: RequestKind): ErrorRow | undefined {
  const { code, subcode, type, message } = failure;
  const fits = (row: ErrorRow) =>
    (row.requests?.includes(request) ?? true) &&
    (row.type === undefined || row.type === type) &&
    (row.says === undefined || row.says.test(message));
  const hasCode = ({ code: wanted }: ErrorRow) =>
    code !== null && (typeof wanted === "object" ? wanted[0] <= code && code <= wanted[1] : wanted === code);
  const hasSubcode = (row: ErrorRow) => subcode !== null && row.subcode === subcode;
  return (
    ERROR_ROWS.find((row) => hasCode(row) && hasSubcode(row) && fits(row)) ??
    ERROR_ROWS.find((row) => row.code === "any" && hasSubcode(row) && fits(row)) ??
    ERROR_ROWS.find((row) => hasCode(row) && row.subcode === "any" && fits(row))
  );
}
