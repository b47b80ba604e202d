import { describe, expect, test } from 'vitest';
import { readPairing, writePairing } from '../../../core/receive/pairing.ts';
import { NOW } from '../../builders.ts';

test('what the command writes, receive reads', () => {
  const pairing = { until: NOW, publicKey: 'MIIB' };
  expect(readPairing(writePairing(pairing))).toEqual(pairing);
});

describe('whatever else stands there, nobody is pairing', () => {
  test.each([
    ...['', 'null', '[]', '{}', 'a secret', '{"pairingUntil":"tomorrow","publicKey":"x"}'],
    ...['{"pairingUntil":"2026-01-15T12:00:00.000Z"}', '{"pairingUntil":1,"publicKey":"x"}'],
  ])('%j', text => {
    expect(readPairing(text)).toBeUndefined();
  });
});
