import type { SetupLine } from "@/lib/dashboard/setup-view.ts";
import { Badge } from "./badge.tsx";
import { Copy } from "./copy.tsx";

/** One line of the checklist: the state, what was found, and what to do with what is needed for it. */
export const CheckLine = ({ line }: { line: SetupLine }) => (
  <li>
    <div>
      <Badge tone={line.tone}>{line.word}</Badge>
    </div>
    <div className="stack">
      <h3>{line.title}</h3>
      <p className="quiet path">{line.found}</p>
      {line.todo === null ? null : <p className="path">{line.todo}</p>}
      {line.tone === "ok"
        ? null
        : line.copy.map(({ label, value }) => <Copy key={label} label={label} value={value} />)}
      {line.link === null || line.tone === "ok" ? null : (
        <p>
          <a href={line.link.href} rel="noreferrer" target="_blank">
            {line.link.text}
          </a>
        </p>
      )}
    </div>
  </li>
);
