/** Loaded before a program (`--import`): its clock is CLOCK_SHIFT_MS ahead of the machine's, or behind when negative. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? "0");
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given: [] | [string | number | Date]) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }

  static override now = () => RealDate.now() + shiftMs;
} as DateConstructor;
