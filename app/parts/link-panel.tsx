import { cardId } from "@/lib/dashboard/given-up.ts";
import type { LinkCard } from "@/lib/dashboard/link-card.ts";
import { Badge } from "./badge.tsx";
import { DayChart } from "./day-chart.tsx";
import { When } from "./when.tsx";

/** One link of the overview. */
export const LinkPanel = ({ card, now }: { card: LinkCard; now: number }) => (
  <section className="panel" id={cardId(card.id)} aria-label={card.name}>
    <div className="row apart">
      <div>
        <h2>{card.href === null ? card.name : <a href={card.href}>{card.name}</a>}</h2>
        <p className="quiet small path">
          {card.from} <span aria-hidden="true">→</span>
          <span className="hidden">to</span> {card.to}
        </p>
      </div>
      <Badge tone={card.tone}>{card.word}</Badge>
    </div>
    {card.trouble === null ? null : <p className="path">{card.trouble}</p>}
    {card.givenUp === null ? null : (
      <form className="act" method="post" action={card.givenUp.form.href}>
        {Object.entries(card.givenUp.form.fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <button className="button" type="submit">
          Call it again
        </button>
        <p>
          {card.givenUp.why} The relay gave up on it <When at={card.givenUp.since} now={now} />. Called again, it gets
          all that waits at once, and what fails is tried again as ever.
        </p>
      </form>
    )}
    {card.numbers.length === 0 ? null : (
      <div className="numbers">
        {card.numbers.map(({ label, value, tone, href }) => (
          <a key={label} href={href} data-tone={tone === "idle" ? undefined : tone}>
            <strong>{value.toLocaleString("en-US")}</strong>
            <span>{label}</span>
          </a>
        ))}
      </div>
    )}
    {card.day === null ? null : <DayChart day={card.day} />}
    <dl className="facts">
      {card.lines.map(({ label, file, text, at }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {file === null ? null : (
              <>
                <a href={file.href} title={file.path}>
                  {file.name}
                </a>
                <br />
              </>
            )}
            {label === "Folder listed" && at !== null ? (
              <>
                <When at={at} now={now} />
                <br />
                <span className="quiet small">{text}</span>
              </>
            ) : (
              <span className={file === null ? undefined : "quiet small"}>
                {text} {at === null ? null : <When at={at} now={now} />}
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  </section>
);
