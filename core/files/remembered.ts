/**
 * What was made of a project's files the last time. A watcher compiles a project again after each save, and nearly all of
 * it is what it was: a part whose inputs are the same is not made again, and is the same object as before.
 */
export class Remembered {
  readonly #made = new Map<string, { readonly inputs: readonly unknown[]; readonly made: unknown }>();

  /** @param inputs - all that `make` depends on; texts are compared by value, objects by identity. */
  of<Made>(key: string, inputs: readonly unknown[], make: () => Made): Made {
    const before = this.#made.get(key);
    if (
      before !== undefined &&
      before.inputs.length === inputs.length &&
      before.inputs.every((input, index) => input === inputs[index])
    ) {
      return before.made as Made;
    }
    const made = make();
    this.#made.set(key, { inputs, made });
    return made;
  }
}
