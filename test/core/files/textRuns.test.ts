import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Document, Scalar } from 'yaml';
import { z } from 'zod';
import { readYaml } from '../../../core/files/yamlFile.ts';
import { placeAt } from '../../../core/mapping/mappingError.ts';
import { inShort } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const STYLES = ['QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED', 'PLAIN'] as const;
const piece = fc.constantFrom(
  'payload.a',
  ' ',
  '  ',
  '\n',
  '"',
  "'",
  '\\',
  '&',
  '=',
  'é',
  '#',
  ': ',
  '\t',
  '$',
);
const text = fc.array(piece, { minLength: 1, maxLength: 30 }).map(pieces => pieces.join(''));

it('finds each character of a text in its YAML file, however the text is written there', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...STYLES), (value, type) => {
      const scalar = new Scalar(value);
      scalar.type = type;
      const file = new Document({ before: 1, inner: { when: scalar } }).toString({ lineWidth: 40 });
      const { value: yaml } = readYaml('x.yaml', file, z.object({ inner: z.object({ when: z.string() }) }));
      if (yaml === undefined) return;
      const lines = file.split('\n');
      const source = { file: 'x.yaml', text: yaml.value.inner.when, ...yaml.placesOfText(['inner', 'when']) };
      for (const [index, character] of [...source.text].entries()) {
        if (/\s/.test(character)) continue;
        const { line, column } = placeAt(source, index);
        const written = lines[line - 1]?.[column - 1];
        expect([character, written === '\\' || written === character]).toEqual([character, true]);
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});

it.each([
  ['on its own line', 'when: payload.a = = 1', '4:19'],
  ['in quotes', 'when: "payload.a = = 1"', '4:20'],
  ['in a block', 'when: |\n  payload.a\n    = = 1', '6:7'],
  ['in a folded block', 'when: >-\n  payload.a\n  = = 1', '6:5'],
])('points at the mistake in a filter %s', async (_where, when, place) => {
  const { problems } = await compileFolder({
    'order-to-desk/route.yaml': `from: shop\nevents: [orders.create]\nto: desk\n${when}\n`,
  });
  expect(problems.map(inShort)).toEqual([`order-to-desk/route.yaml:${place} filter-syntax`]);
});
