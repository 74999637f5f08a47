import { SHARE_DAYS, type Shared } from "@/lib/relay/share-story.ts";
import { Copy } from "./copy.tsx";
import { When } from "./when.tsx";

interface Props {
  /** Null: there can be none. */
  shares: readonly Shared[] | null;
  id: string;
  link: string;
  now: number;
}

/** Read-only links to this story: those that show it, and a form for another one. */
export const SharePanel = ({ shares, id, link, now }: Props) => (
  <section className="panel" aria-labelledby="share">
    <h2 id="share">Share this story</h2>
    {shares === null ? (
      <p className="quiet">
        Links need <code>ADMIN_TOKEN</code> and <code>ENCRYPTION_KEY</code>: set both, and deploy.
      </p>
    ) : (
      <>
        <p className="quiet">
          Whoever has such a link sees what happened to this file and when, and nothing else. It can be revoked here.
        </p>
        {shares.map((share, n) => (
          <form key={share.id} className="stack" method="post" action="/files/share">
            <Of id={id} link={link} />
            <input type="hidden" name="revoke" value={share.id} />
            <Copy label={`Link ${n + 1}`} value={share.href} />
            <div className="row">
              <span className="quiet small">
                Ends <When at={share.until} now={now} />
              </span>
              <button className="button plain" type="submit" aria-label={`Revoke link ${n + 1}`}>
                Revoke
              </button>
            </div>
          </form>
        ))}
        <form className="row" method="post" action="/files/share">
          <Of id={id} link={link} />
          <label htmlFor="days">Shows it for</label>
          <select id="days" name="days" defaultValue="7">
            {SHARE_DAYS.map((days) => (
              <option key={days} value={days}>
                {days === 1 ? "1 day" : `${days} days`}
              </option>
            ))}
          </select>
          <button className="button" type="submit">
            Make a link
          </button>
        </form>
      </>
    )}
  </section>
);

const Of = ({ id, link }: { id: string; link: string }) => (
  <>
    <input type="hidden" name="id" value={id} />
    <input type="hidden" name="link" value={link} />
  </>
);
