/**
 * Numbers that look random and follow from a text: whatever is delivered twice is mapped alike. For shuffling and
 * picking; nothing that must not be guessed may come of it.
 */

/** @returns a function that gives numbers from 0 to below 1, the same ones for the same text. */
export function randomFrom(text: string): () => number {
  // Few mappings ask.
  let state: number | undefined;
  return () => {
    state = ((state ?? hashOf(text)) + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a, and the numbers are splitmix32: small, and even enough for a shuffle. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}
