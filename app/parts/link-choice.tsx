interface Props {
  links: readonly { id: string; name: string }[];
  chosen: string;
}

/** Which link a form is about; not asked where there is but one. */
export const LinkChoice = ({ links, chosen }: Props) =>
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
    </div>
  );
