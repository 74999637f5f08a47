import type { Act } from "@/lib/dashboard/story-view.ts";

/** What a person may do about a file, each with what it will do beside it. Plain forms: they work without a script. */
export const ActForms = ({ acts, id, link }: { acts: readonly Act[]; id: string; link: string }) =>
  acts.map(({ action, button, does, isFirst, sure, ask }) => (
    <form key={action} className="act" method="post" action="/files/act">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="link" value={link} />
      <input type="hidden" name="action" value={action} />
      {ask === null ? null : (
        <div className="asked">
          <label htmlFor={`${action}-${ask.name}`}>{ask.label}</label>
          <input id={`${action}-${ask.name}`} name={ask.name} maxLength={500} autoComplete="off" />
        </div>
      )}
      {sure === null ? null : (
        <label className="sure">
          <input type="checkbox" name="sure" value="yes" required /> {sure}
        </label>
      )}
      <button className={isFirst ? "button first" : "button"} type="submit">
        {button}
      </button>
      <p>{does}</p>
    </form>
  ));
