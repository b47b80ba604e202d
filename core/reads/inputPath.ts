/**
 * A path in a mapping's input, as a list of names: `payload.items.price`. Arrays do not show, because JSONata maps over
 * them by itself. `*` is any one name, `**` any names or none.
 */
export type InputPath = readonly string[];

const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** As a person writes it in a mapping: names that are no words stand in backticks. */
export const formatPath = (path: InputPath): string =>
  path
    .map(name =>
      WORD.test(name) || name === '*' || name === '**' ? name : `\`${name.replaceAll('`', '')}\``,
    )
    .join('.');

/** Where a name of the data is `*` itself it reads like a wildcard: that sees more, and misses nothing. */
export const isWildcard = (name: string): boolean => name === '*' || name === '**';
