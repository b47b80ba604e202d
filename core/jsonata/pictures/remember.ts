/** Pictures are read once: nearly all of them are literals of the mapping. */

/** A payload that brings its own pictures cannot fill the memory. */
const MAX_REMEMBERED = 200;

/** The same pure function, with what it gave for its last texts. */
export function remember<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return text => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = read(text);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(text, made);
    return made;
  };
}
