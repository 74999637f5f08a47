/** What this process uses: processor time since the start, and the most memory since the last look. */
const LOOK_MS = 250;

export interface Usage {
  cpuMs: number;
  /** Resident, in MB: the most since the last call, and now. */
  peakMb: number;
  mb: number;
}

export function watchOwnUsage(): () => Usage {
  let peak = 0;
  const look = () => {
    const now = process.memoryUsage.rss();
    peak = Math.max(peak, now);
    return now;
  };
  setInterval(look, LOOK_MS).unref();
  return () => {
    const now = look();
    const { user, system } = process.cpuUsage();
    const usage = { cpuMs: (user + system) / 1000, peakMb: peak / 2 ** 20, mb: now / 2 ** 20 };
    peak = now;
    return usage;
  };
}
