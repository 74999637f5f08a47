/** How a secret can come back: as it is, in an address, in JSON, in hex, and in base64 with or without something around it. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    // Only the letters that are made of the secret alone.
    const letters = padded.toString("base64").replace(/=+$/, "");
    const own = letters.slice(before === 0 ? 0 : before + 1, padded.length % 3 === 0 ? undefined : -1);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const inHex = bytes.toString("hex");
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    inHex,
    inHex.toUpperCase(),
    ...inBase64,
  ];
}

/** Shorter encoded forms are parts of ordinary words. */
const ENCODED_MIN = 6;

/** Returns a function that puts `[secret]` in the place of each of the secrets, in any of their forms. */
export function hiding(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => formsOf(secret).filter((form) => form === secret || form.length >= ENCODED_MIN));
  if (forms.length === 0) return (text) => text;
  // The longer one first, where one secret begins with another.
  const sorted = [...new Set(forms)].sort((one, other) => other.length - one.length);
  const any = new RegExp(sorted.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g");
  return (text) => text.replace(any, "[secret]");
}

/** A text from the other side made fit for a log: one short line, without the given secrets or any bearer value. */
export function safeText(text: string, secrets: readonly string[]): string {
  return hiding(secrets)(text)
    .replace(/bearer\s+[^\s"']+/gi, "Bearer [secret]")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 200);
}
