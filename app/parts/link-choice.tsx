import type { LinkNames } from "@/lib/relay/link-names.ts";

interface Props {
  names: LinkNames;
  chosen: string;
}

/** Which link a form is about; not asked where there is but one. Those that are not shown are found in their list. */
export const LinkChoice = ({ names: { links, isPart }, chosen }: Props) =>
  links.length < 2 ? (
    <input type="hidden" name="link" value={chosen} />
  ) : (
    <div>
      <label htmlFor="link">Instance</label>
      <select id="link" name="link" defaultValue={chosen}>
        {links.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {isPart ? (
        <a className="small" href="/instances">
          More instances
        </a>
      ) : null}
    </div>
  );
