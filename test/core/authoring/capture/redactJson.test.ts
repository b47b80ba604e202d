/** What is private has a stand-in, and the stand-in has its shape. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactJson } from '../../../../core/authoring/capture/redactJson.ts';
import { createStandIns } from '../../../../core/authoring/capture/standIn.ts';

const standIns = createStandIns(Buffer.alloc(32, 7));
const others = createStandIns(Buffer.alloc(32, 8));
const redact = (value: unknown, known: string[] = [], keep: string[] = []) =>
  redactJson(typeof value === 'string' ? value : JSON.stringify(value), standIns, {
    known: new Set(known),
    paths: new Set(keep),
  });
const text = (given: string): string => standIns.text(given, new Set());

describe('a text', () => {
  test.each([
    ['a name', 'Zoë van der Berg', /^[A-Z][a-z]{2} [a-z]{3} [a-z]{3} [A-Z][a-z]{3}$/],
    ['an e-mail address', 'jo.doe+tag@customer.example', /^[a-z]{2}\.[a-z]{3}\+[a-z]{3}@example\.com$/],
    ['a telephone number', '+49 151 1234567', /^\+\d{2} \d{3} \d{7}$/],
    [
      'an id with a prefix',
      'cus_NffrFeUfNV2Hib',
      /^cus_[A-Z][a-z]{3}[A-Z][a-z][A-Z][a-z][A-Z]{2}\d[A-Z][a-z]{2}$/,
    ],
    [
      'a UUID',
      '0b8c1a52-7d7e-4c5e-9f2a-3d1e5b7c9a11',
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    [
      'a URL',
      'https://shop.example.org/orders/8842/authenticate?key=a1',
      /^https:\/\/example\.com\/orders\/\d{4}\/authenticate\?key=[a-z]\d$/,
    ],
    ['an address of a machine', '203.0.113.77', /^192\.0\.2\.\d{1,3}$/],
    ['a birthday', '1984-02-29', /^1984-\d{2}-\d{2}$/],
    ['a postcode', '10117', /^[1-9]\d{4}$/],
  ])('%s keeps its form', (_, given, form) => {
    expect(text(given)).toMatch(form);
    expect(text(given)).not.toBe(given);
  });

  test.each(['', '19.99', '-3', '100%', 'EUR', 'de-DE', 'true', '2026-03-04T10:15:30-05:00', '2026-03-04'])(
    '%j says nothing about anybody, and stays',
    given => {
      expect(text(given)).toBe(given);
    },
  );

  test('that the project shows already stays', () => {
    expect(standIns.text('paid', new Set(['paid']))).toBe('paid');
  });
});

describe('an id', () => {
  test('is the same wherever it stands, as number and within a text', () => {
    const { json } = redact(
      '{"id":820982911946154508,"gid":"gid://shopify/Order/820982911946154508","note":"for 820982911946154508"}',
    );
    const [id = ''] = /\d{18}/.exec(json) ?? [];
    expect(json.match(/\d{18}/g)).toEqual([id, id, id]);
    expect(json).toContain(`gid://shopify/Order/${id}`);
    expect(id).not.toBe('820982911946154508');
  });

  test('beyond 2^53 keeps every digit a digit, and amounts and times stay as they are written', () => {
    const { json } = redact(
      '{"big":-12345678901234567890,"amount":1.0,"cents":12345678,"at":1772589600,"ms":1772589600000}',
    );
    expect(json).toMatch(/"big": -[1-9]\d{19},/);
    expect(json).toContain(
      '"amount": 1.0,\n  "cents": 12345678,\n  "at": 1772589600,\n  "ms": 1772589600000',
    );
  });

  test('as a key has a stand-in, too; a field’s name has none', () => {
    const { json } = redact({ 'jo@customer.example': 1, '820982911946154508': 1, first_name: null });
    expect(Object.keys(JSON.parse(json))).not.toContain('jo@customer.example');
    expect(json).toContain('first_name');
    expect(json).not.toContain('820982911946154508');
  });
});

test('values at the paths that are kept stay, with all below them', () => {
  const value = {
    status: 'overdue',
    lines: [{ sku: 'red chair', who: 'Jo Doe' }],
    deep: { a: ['some text'] },
  };
  const { json, replaced } = redact(value, [], ['status', 'lines.sku', 'deep']);
  expect(JSON.parse(json)).toMatchObject({
    status: 'overdue',
    lines: [{ sku: 'red chair' }],
    deep: value.deep,
  });
  expect([...replaced]).toEqual([['lines.who', 1]]);
});

test('another key gives other stand-ins', () => {
  expect(others.text('Jonathan', new Set())).not.toBe(text('Jonathan'));
});

test('the structure, the types and the lengths stay, and the same input gives the same output', () => {
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shapeOf);
    if (typeof value === 'object' && value !== null) return Object.values(value).map(shapeOf);
    return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : value;
  };
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), json => {
      const once = redact(json);
      expect(redact(json)).toEqual(once);
      // Two keys that are data may come to one stand-in only if they were one.
      expect(shapeOf(JSON.parse(once.json))).toEqual(shapeOf(JSON.parse(json)));
    }),
  );
});

test('no word of a text is left in its stand-in', () => {
  const word = fc.stringMatching(/^[A-Za-z]{6,14}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), words => {
      const made = text(`${words.join(' ')} 1234567`);
      for (const each of words) expect(made.toLowerCase().split(' ')).not.toContain(each.toLowerCase());
    }),
  );
});
