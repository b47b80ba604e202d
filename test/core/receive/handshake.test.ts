/** What holds of every question in the catalogue. */
import { describe, expect, test } from 'vitest';
import { readPayload } from '../../../core/payload.ts';
import { isOpen, recognise } from '../../../core/receive/handshake.ts';
import { webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';

const asking = providers.filter(({ handshakes }) => handshakes.length > 0);

describe.each(asking)('$id', ({ handshakes }) => {
  test('takes neither an empty request nor an empty object for a question, unless the method asks it', () => {
    for (const body of ['', '{}', '[]', 'null', 'text', 'a=b']) {
      const posted = webhook(body, { 'content-type': 'application/json' });
      expect(recognise(handshakes, posted, () => readPayload(posted.body))).toBeUndefined();
    }
  });

  test('brings a secret only where nobody can have signed it', () => {
    for (const handshake of handshakes)
      if (handshake.brings !== undefined) expect(isOpen(handshake)).toBe(true);
  });
});

test('a large body of a stranger is not parsed for a question', () => {
  const [asana] = providers.filter(({ id }) => id === 'notion');
  const posted = webhook(Buffer.alloc(16 * 1024 + 1, ' '));
  const payload = (): never => {
    throw new Error('it was parsed');
  };
  expect(recognise(asana?.handshakes ?? [], posted, payload)).toBeUndefined();
});

test('questions are known of as many providers as the facts tell of', () => {
  expect(asking.length).toBeGreaterThanOrEqual(30);
});
