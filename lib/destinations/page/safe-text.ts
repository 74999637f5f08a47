/** Words of Facebook made fit for a log or a screen: one short line without tokens, proofs or addresses. */
import { hiding } from "../../core/safe-text.ts";

const LENGTH_MAX = 200;
/** Longest text looked at: the patterns below are not for megabytes of HTML. */
const READ_MAX = 4_000;

/** Secrets by value and by shape; of an address only the host stays, as a shared link opens the file to anyone. */
export function safeText(text: string, secrets: readonly string[]): string {
  return (
    hiding(secrets)(text)
      .slice(0, READ_MAX)
      .replace(/https?:\/\/([^\s/?#"'<>@]*@)?([\w.-]*)[^\s"'<>]*/gi, "[address at $2]")
      .replace(
        /(access_token|appsecret_proof|input_token|client_secret)(["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi,
        "$1$2[secret]",
      )
      .replace(/\b(bearer|oauth)\s+[\w.|~+/=-]{16,}/gi, "$1 [secret]")
      // How Facebook's own tokens look, also one that is none of ours.
      .replace(/\bEAA[A-Za-z0-9]{12,}/g, "[secret]")
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
      .trim()
      .slice(0, LENGTH_MAX)
      // A pair cut in two is no text any more.
      .replace(/[\uD800-\uDBFF]$/, "")
  );
}
