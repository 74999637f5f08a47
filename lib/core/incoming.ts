/** What a handler reads of a request. A whole `Request` is one, and takes longer to make than all that is done with it. */
export interface Incoming {
  headers: Pick<Headers, "get">;
  body: AsyncIterable<Uint8Array> | null;
}
