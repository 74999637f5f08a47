/** What people did, as the page shows it. */
import { expect, it } from "vitest";
import type { AuditEntry } from "@/lib/core/audit.ts";
import { auditRows } from "@/lib/dashboard/audit-view.ts";
import { NOW } from "../support/builders.ts";

let last = 0;
const entry = (act: string, on = "", ended = act === "login" ? "loggedIn" : "done"): AuditEntry => {
  last += 1;
  return { id: `${last}`, at: NOW - last, who: { kind: "dashboard" }, act, on, ended };
};

it("logins one after the other → one row, as of the newest; an act between them, or one that failed → rows of their own", () => {
  const all = [entry("login"), entry("login"), entry("login"), entry("share", "id:a env"), entry("login")];
  const rows = auditRows([...all, entry("login", "", "failed"), entry("login")]);
  expect(rows.map(({ act, on }) => [act, on])).toEqual([
    ["Logged in", expect.stringMatching(/^3 times since \d{4}-/)],
    ["Shared the story of a file", "id:a env"],
    ["Logged in", ""],
    ["Logged in", ""],
    ["Logged in", ""],
  ]);
  expect(rows[0]).toMatchObject({ id: all[0]?.id, at: all[0]?.at });
  expect(rows[3]?.ended).toBe("Failed");
});

it.each([
  ["replay", "id:a&b of 7.records", "/files/id%3Aa%26b?link=7.records"],
  ["revokeShare", "id:a env", "/files/id%3Aa?link=env"],
  ["cancelMany", "plan 1f-2", "/files/bulk/1f-2"],
  ["instance.change", "instance 12", "/instances/12"],
  ["testEvent", "instance 12, main", "/instances/12"],
  ["instance.remove", "instance 12", null],
  ["instance.create", "“instance 12”", null],
  ["GET /instances", "id:a env", null],
  ["share", "<b> of it all", null],
])("%s of %s → leads to %s", (act, on, href) => expect(auditRows([entry(act, on)])[0]?.href).toBe(href));
