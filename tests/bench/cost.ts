/** What 1,000 files cost on Vercel and Upstash at list prices, from what was counted. Processor time includes the stand-ins. */
import type { Bulk } from "./files.ts";
import list from "./prices.json" with { type: "json" };

export interface Cost {
  redis: number;
  queue: number;
  cpu: number;
  memory: number;
  invocations: number;
  total: number;
}

/** US dollars for 1,000 files. */
export function costOf1000(bulk: Bulk): Cost {
  const { redisCommand, qstashMessage, functionInvocation, activeCpuHour, memoryGbHour } = list.prices;
  /** Dropbox's notifications are at most as many as the jobs. */
  const invocations = bulk.messagesPer1000 * 2;
  const parts = {
    redis: bulk.commandsPerFile * 1000 * redisCommand.usd,
    queue: bulk.messagesPer1000 * qstashMessage.usd,
    // Milliseconds a file are seconds for 1,000.
    cpu: (bulk.cpuMsPerFile / 3600) * activeCpuHour.usd,
    memory: (bulk.msPerFile / 3600) * list.assumed.functionMemoryGb * memoryGbHour.usd,
    invocations: invocations * functionInvocation.usd,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, one) => sum + one, 0) };
}
