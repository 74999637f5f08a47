import { RULE_WORDS, type RuleLine, toneOfRule } from "@/lib/dashboard/rules-view.ts";
import { Badge } from "./badge.tsx";

/** Each rule with what the file has to say to it. */
export const FileRules = ({ lines, note }: { lines: readonly RuleLine[]; note: string | null }) =>
  lines.length === 0 ? null : (
    <section className="panel" aria-labelledby="rules">
      <h2 id="rules">Rules</h2>
      <ul className="plain rules">
        {lines.map((line) => (
          <li key={line.rule} className="row apart">
            <span className="path">
              {line.rule} <span className="quiet">— {line.file}</span>
            </span>
            <Badge tone={toneOfRule(line)}>{RULE_WORDS[toneOfRule(line)]}</Badge>
          </li>
        ))}
      </ul>
      {note === null ? null : <p className="path">{note}</p>}
    </section>
  );
