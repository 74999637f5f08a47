/**
 * The title of a page, as a part of the page. `metadata` would be streamed after it: a page that one moves to within the
 * dashboard then stands without a title for a moment, and a screen reader announces none.
 */
export const Title = ({ of }: { of: string }) => <title>{`${of} · Relay`}</title>;
