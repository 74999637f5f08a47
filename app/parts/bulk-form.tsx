interface Props {
  id: string;
  action: "start" | "cancel";
  act: { button: string; does: string } | null;
}

/** What a person may decide of a bulk act, with what it will do beside it. A plain form: it works without a script. */
export const BulkForm = ({ id, action, act }: Props) =>
  act === null ? null : (
    <form className="act" method="post" action="/files/bulk/act">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="action" value={action} />
      <button className={action === "start" ? "button first" : "button"} type="submit">
        {act.button}
      </button>
      <p>{act.does}</p>
    </form>
  );
