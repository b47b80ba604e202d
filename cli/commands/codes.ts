import { z } from 'zod';
import { readCodePages } from '../../authoring/codePages.ts';
import { didYouMean } from '../../core/files/suggest.ts';
import { defineCommand, Misuse } from '../command.ts';
import { table } from '../terminal.ts';

const entry = z.object({
  code: z.string(),
  page: z.string(),
  meaning: z.string(),
  markdown: z.string().optional().describe('the whole section, when one code was asked for'),
});

export const codes = defineCommand({
  details: 'Codes in small letters are of `hookwright check`; those in capitals are also of deliveries.',
  arguments: [
    { name: '[CODE]', description: 'such as silent-change or MAPPING_FAILED; default: all of them' },
  ],
  options: [],
  examples: ['codes', 'codes silent-change'],
  output: z.object({ codes: z.array(entry) }),
  async run({ arguments: [asked] }) {
    const sections = await readCodePages();
    if (asked === undefined) {
      const all = sections.map(({ code, page, text }) => ({ code, page, meaning: firstSentence(text) }));
      return { exitCode: 0, output: { codes: all } };
    }
    const found = sections.find(({ code }) => code === asked);
    if (found === undefined) {
      const known = sections.map(({ code }) => code);
      throw new Misuse(
        `there is no code "${asked}"`,
        didYouMean(asked, known) ?? '`hookwright codes` lists them all',
      );
    }
    const { code, page, text, markdown } = found;
    return { exitCode: 0, output: { codes: [{ code, page, meaning: text, markdown }] } };
  },
  print({ codes: listed }) {
    const [only] = listed;
    if (only?.markdown !== undefined) return `${only.markdown}\n\n(${only.page})`;
    return table(listed.map(({ code, meaning }) => [code, meaning]));
  },
});

const firstSentence = (text: string): string => /^[\s\S]*?[.:](?=\s|$)/.exec(text)?.[0] ?? text;
