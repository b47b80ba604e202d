/** Files that were not saved as UTF-8. */
import type { Problem } from './problem.ts';
import { textPlace } from './textPlace.ts';

/** What a decoder puts in the place of bytes that are no text. */
const REPLACEMENT = '\uFFFD';

export const garbledFiles = (files: ReadonlyMap<string, string>): [file: string, text: string][] =>
  [...files].filter(([file, text]) => !/\.(?:txt|md)$/.test(file) && text.includes(REPLACEMENT));

/** Of a file that is not UTF-8 nothing else is said: it would be about what the decoder made of it. */
export function readable(files: ReadonlyMap<string, string>, problems: readonly Problem[]): Problem[] {
  const garbled = garbledFiles(files);
  if (garbled.length === 0) return [...problems];
  const others = problems.filter(({ file }) => !garbled.some(([name]) => name === file));
  return [
    ...others,
    ...garbled.map(([file, text]): Problem => {
      return {
        severity: 'error',
        code: 'not-utf-8',
        file,
        ...textPlace(text, text.indexOf(REPLACEMENT)),
        message: 'this is not UTF-8: what stands here could not be read as text',
        hint: 'save the file as UTF-8; in JSON, the sign itself is written \\ufffd',
      };
    }),
  ];
}
