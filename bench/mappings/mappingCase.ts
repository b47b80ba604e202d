/** One mapping, the input it runs on, and the same by hand in JavaScript. */
export interface MappingCase {
  readonly name: string;
  readonly text: string;
  readonly input: unknown;
  readonly byHand: (input: unknown) => unknown;
}
