/** A request that the queue answers with an error; thrown by parsing, turned into a response at the edge. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Redis did not take the write: the publisher must try again, since nothing is kept. */
export class StorageGone extends Refusal {
  constructor() {
    super(503, "storage is not available");
  }
}
