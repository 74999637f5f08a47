/** One deliberate fault in the product: the tests must notice it. */
export interface Mutant {
  /** What is wrong with the product under it, in a few words joined by hyphens. */
  name: string;
  file: string;
  /** Must be in the file exactly once. */
  text: string;
  replacement: string;
  /** The promise it breaks. */
  breaks: string;
  /** The quickest test files that notice. */
  tests: readonly string[];
}
