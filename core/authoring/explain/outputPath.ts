/** A place in a mapping's output, as a person types it: `blocks[0].text`, or `/blocks/0/text` as `check` prints it. */
export type OutputPath = readonly (string | number)[];

const PART = /\.?(?:`([^`]+)`|([^.[\]`]+))|\[(\d+)\]/y;

/** Undefined for a text that is no path. */
export function readOutputPath(text: string): OutputPath | undefined {
  if (text === '' || text === '/') return [];
  if (text.startsWith('/')) {
    return text
      .slice(1)
      .split('/')
      .map(part => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
  }
  const path: (string | number)[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const [, quoted, word, index] = PART.exec(text) ?? [];
    const part = quoted ?? word ?? (index === undefined ? undefined : Number(index));
    if (part === undefined) return undefined;
    path.push(part);
  }
  return path;
}

const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const writePath = (path: OutputPath): string =>
  path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = WORD.test(part) ? part : `\`${part}\``;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
