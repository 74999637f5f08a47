import { CHART_HEIGHT, type DayChart as View } from "@/lib/dashboard/day-chart.ts";

const STEP = 10;
const WIDTH = 7;

/** Files of the last day, an hour a bar, and how quick they were. The table says the same to who does not see it. */
export const DayChart = ({ day }: { day: View }) => (
  <div className="day">
    <div className="day-head">
      <h3>Last 24 hours</h3>
      <p className="quiet small">
        {day.words.replace("Last 24 hours: ", "")}
        {day.latency === null
          ? null
          : ` From seen to settled: half ${day.latency.half}, 95 of 100 ${day.latency.most}.`}
      </p>
    </div>
    <svg
      className="bars"
      role="img"
      aria-label={day.words}
      viewBox={`0 0 ${day.bars.length * STEP} ${CHART_HEIGHT + 1}`}
      preserveAspectRatio="none"
    >
      {day.bars.map(({ hour, well, failed, wellHeight, failedHeight }, n) => (
        <g key={hour}>
          <title>{`${hour} UTC: ${well} delivered, ${failed} failed`}</title>
          <rect className="base" x={n * STEP} y={CHART_HEIGHT} width={WIDTH} height={1} />
          <rect className="well" x={n * STEP} y={CHART_HEIGHT - wellHeight} width={WIDTH} height={wellHeight} />
          <rect
            className="failed"
            x={n * STEP}
            y={Math.max(0, CHART_HEIGHT - wellHeight - failedHeight)}
            width={WIDTH}
            height={failedHeight}
          />
        </g>
      ))}
    </svg>
    <p className="axis quiet small" aria-hidden="true">
      <span>{day.bars[0]?.hour} UTC</span>
      <span className="keys">
        <span className="key well">delivered</span> <span className="key failed">failed</span>
      </span>
      <span>now</span>
    </p>
    <div className="hidden">
      <table>
        <caption>Files an hour, UTC</caption>
        <thead>
          <tr>
            <th>Hour</th>
            <th>Delivered</th>
            <th>Skipped or taken back</th>
            <th>Failed</th>
          </tr>
        </thead>
        <tbody>
          {day.bars
            .filter(({ well, failed, left }) => well + failed + left > 0)
            .map(({ hour, well, failed, left }) => (
              <tr key={hour}>
                <td>{hour}</td>
                <td>{well}</td>
                <td>{left}</td>
                <td>{failed}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  </div>
);
