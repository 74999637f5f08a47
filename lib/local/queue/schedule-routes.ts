/** Schedules: create or replace, list, show, delete, pause. */

import type { ReadOrder } from "./publish-routes.ts";
import type { Route } from "./routes.ts";
import { type Schedules, scheduleView } from "./schedules.ts";

export interface ScheduleRoutesOptions {
  order: ReadOrder;
  schedules: Schedules;
}

export function scheduleRoutes({ order, schedules }: ScheduleRoutesOptions): Route[] {
  return [
    ["GET", /^\/v2\/schedules$/, async () => Response.json(schedules.all().map(scheduleView))],
    ["GET", /^\/v2\/schedules\/([^/]+)$/, async (id) => Response.json(scheduleView(schedules.get(id)))],
    [
      "DELETE",
      /^\/v2\/schedules\/([^/]+)$/,
      async (id) => {
        await schedules.delete(id);
        return Response.json({});
      },
    ],
    [
      "PATCH|POST",
      /^\/v2\/schedules\/([^/:]+)\/(?:pause|resume)$/,
      async (id, { target }) => {
        await schedules.pause(id, target.endsWith("/pause"));
        return Response.json({});
      },
    ],
    [
      "POST",
      /^\/v2\/schedules\/(.+)$/s,
      async (url, { headers, body, callerIp }) => {
        const cron = headers.get("upstash-cron") ?? "";
        const given = headers.get("upstash-schedule-id");
        const scheduleId = await schedules.create(cron, given, order(url, headers, body, callerIp));
        return Response.json({ scheduleId });
      },
    ],
  ];
}
