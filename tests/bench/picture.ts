/** The measurements as one SVG: acks by connections, and time and memory per file by the number of files. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Results } from "./table.ts";

const WIDTH = 760;
const HEIGHT = 260;
const GAP = 40;

export function pictureOf({ acks = [], bulk = [] }: Results): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const from1000 = bulk.filter(({ files }) => files >= 1000);
  const scale = { document, width: WIDTH, height: HEIGHT, marginLeft: 60, style: { background: "white" } };
  const files = { type: "log", label: "files at once", tickFormat: "~s" } as const;
  const line = (y: "msPerFile" | "peakMb") => [
    Plot.lineY(from1000, { x: "files", y, marker: "dot" }),
    Plot.text(from1000, { x: "files", y, text: (one) => one[y].toPrecision(3), dy: -10 }),
    Plot.ruleY([0]),
  ];
  const charts: [string, Plot.PlotOptions][] = [
    [
      "Notifications answered 200 a second, by connections",
      {
        x: { axis: null, domain: [...new Set(acks.map(({ target }) => target))] },
        fx: { label: "connections", type: "band" },
        y: { type: "log", label: "a second", grid: true },
        color: { legend: false, domain: [...new Set(acks.map(({ target }) => target))] },
        marks: [
          Plot.dot(acks, { fx: "connections", x: "target", y: "acks", fill: "target", r: 5 }),
          Plot.text(acks, {
            fx: "connections",
            x: "target",
            y: "acks",
            text: (one) => Math.round(one.acks).toString(),
            dy: -12,
          }),
          Plot.text(
            acks.filter(({ connections }) => connections === 1),
            { fx: "connections", x: "target", y: "acks", text: "target", dy: 14, fontSize: 8 },
          ),
        ],
      },
    ],
    ["Milliseconds a file", { x: files, y: { label: "ms", zero: true }, marks: line("msPerFile") }],
    ["Memory of the relay's process, at most", { x: files, y: { label: "MB", zero: true }, marks: line("peakMb") }],
  ];
  const parts = charts.map(([title, options], n) => {
    const plot = Plot.plot({ ...scale, ...options });
    plot.setAttribute("y", `${n * (HEIGHT + GAP) + GAP}`);
    const text = `<text x="10" y="${n * (HEIGHT + GAP) + GAP - 12}" font-family="sans-serif" font-size="14">${title}</text>`;
    return `${text}${plot.outerHTML}`;
  });
  const height = charts.length * (HEIGHT + GAP);
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`;
  return `${open}<rect width="100%" height="100%" fill="white"/>${parts.join("")}</svg>\n`;
}
