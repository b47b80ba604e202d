/** Lists of names, as the map's sentences have them. */

export const distinct = (names: readonly string[]): string[] => [...new Set(names)];

export const list = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
