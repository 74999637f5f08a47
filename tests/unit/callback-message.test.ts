import { CloudEvent, HTTP } from "cloudevents";
import { describe, expect, it } from "vitest";
import type { Change } from "@/lib/destinations/callback/change.ts";
import { type CallbackInstance, type Format, messageOf } from "@/lib/destinations/callback/message.ts";

const instance: CallbackInstance = {
  id: 1001,
  name: "Customer 42 Dropbox",
  tags: ["customer-42"],
  accountId: 3,
  companyId: 2,
  userId: 7,
  sender: "notifications@relay.example.com",
  account: "dbid:AAH",
};
const change = (changes: Partial<Change> = {}): Change => ({
  id: `evt_${"0".repeat(31)}1`,
  after: "",
  kind: "created",
  fileId: "id:a4ayc",
  rev: "0160",
  name: "Report.pdf",
  path: "/In/Report.pdf",
  size: 5120,
  formerPath: null,
  movedOut: false,
  at: Date.UTC(2026, 0, 1, 0, 0, 2),
  seenAt: Date.UTC(2026, 0, 1, 0, 0, 5),
  ...changes,
});
const renamed = change({ id: "evt_2", kind: "renamed", path: "/In/R.pdf", formerPath: "/In/Report.pdf" });
const updated = change({ id: "evt_3", kind: "updated" });
const deleted = change({ id: "evt_4", kind: "deleted", movedOut: true });
const bodyOf = (changes: readonly Change[], format: Format) => JSON.parse(messageOf(changes, instance, format).body);

describe("the Elements form", () => {
  it("one created file → the envelope of the reference, member by member", () => {
    const body = bodyOf([change()], "elements");
    expect(body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      severity: "medium",
      createdDate: "Thu Jan 01 00:00:05 UTC 2026",
      topic: "instance-1001-dropbox-events",
      action: "create",
      user: "notifications@relay.example.com",
      message: {
        elementKey: "dropbox",
        accountId: 3,
        companyId: 2,
        userId: 7,
        eventId: expect.stringMatching(/^\w{20}$/),
        instanceId: 1001,
        instance_id: 1001,
        instanceName: "Customer 42 Dropbox",
        instanceTags: ["customer-42"],
        raw: {
          list_folder: { accounts: ["dbid:AAH"] },
          entries: [
            {
              ".tag": "file",
              id: "id:a4ayc",
              name: "Report.pdf",
              path_display: "/In/Report.pdf",
              rev: "0160",
              size: 5120,
            },
          ],
        },
        events: [
          {
            elementKey: "dropbox",
            hubKey: "documents",
            eventType: "CREATED",
            objectType: "file",
            objectId: "id:a4ayc",
            newPath: "/In/Report.pdf",
            date: "2026-01-01T00:00:02Z",
            eventId: change().id,
            change: "created",
            rev: "0160",
          },
        ],
      },
    });
  });

  it("updated, renamed and deleted → UPDATED, UPDATED with both paths, DELETED with the reason", () => {
    expect(bodyOf([updated, renamed, deleted], "elements").message.events).toMatchObject([
      { eventType: "UPDATED", change: "updated" },
      { eventType: "UPDATED", change: "renamed", newPath: "/In/R.pdf", oldPath: "/In/Report.pdf" },
      { eventType: "DELETED", change: "deleted", reason: "movedOut" },
    ]);
  });

  it("names too long for 64 KiB twice → `raw` is left out and says so, the events are whole", () => {
    const long = Array.from({ length: 20 }, (_, n) => change({ id: `evt_${n}`, path: `/${"x".repeat(2500)}${n}` }));
    const { body } = messageOf(long, instance, "elements");
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(64 * 1024);
    expect(JSON.parse(body).message).toMatchObject({ raw: { truncated: true } });
    expect(JSON.parse(body).message.events).toHaveLength(20);
  });
});

describe("the CloudEvents form", () => {
  it("read by the cloudevents package → one valid event for each change, under its own id", () => {
    const { body, contentType } = messageOf([change(), updated, renamed, deleted], instance, "cloudevents");
    const events = HTTP.toEvent({ headers: { "content-type": contentType }, body });
    if (!Array.isArray(events)) throw new Error("not a batch");
    expect(events.map(({ type }) => type)).toEqual(
      ["created", "updated", "renamed", "deleted"].map((kind) => `com.dropbox.file.${kind}`),
    );
    for (const event of events) expect(event instanceof CloudEvent && event.validate()).toBe(true);
    expect(events[0]).toMatchObject({
      specversion: "1.0",
      id: change().id,
      source: "/instances/1001",
      subject: "/In/Report.pdf",
      time: "2026-01-01T00:00:02.000Z",
      datacontenttype: "application/json",
      data: { id: "id:a4ayc", rev: "0160", name: "Report.pdf", path: "/In/Report.pdf", size: 5120 },
    });
    expect(events[2]?.data).toMatchObject({ path: "/In/R.pdf", formerPath: "/In/Report.pdf" });
    expect(events[3]?.data).toMatchObject({ reason: "movedOut" });
  });
});

describe("a message", () => {
  it.each(["elements", "cloudevents"] as const)(
    "%s, made again of the same changes → the same bytes and id",
    (format) => {
      expect(messageOf([change(), renamed], instance, format)).toEqual(
        messageOf([change(), renamed], instance, format),
      );
    },
  );

  it("either form → the same id; other events or another order → another one", () => {
    const id = (changes: Change[], format: Format = "elements") => messageOf(changes, instance, format).id;
    expect(id([change()], "cloudevents")).toBe(id([change()]));
    expect(new Set([id([change()]), id([change(), renamed]), id([renamed, change()])]).size).toBe(3);
    expect(id([change()])).toMatch(/^msg_[0-9a-f]{32}$/);
  });
});
