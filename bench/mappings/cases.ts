/** The mappings that are measured. Identity is reported apart: it is nothing but the way through. */
import { contact } from './contact.ts';
import { fanOut } from './fanOut.ts';
import { incident } from './incident.ts';
import { invoice } from './invoice.ts';
import type { MappingCase } from './mappingCase.ts';
import { order } from './order.ts';
import { push } from './push.ts';

export const CASES: readonly MappingCase[] = [push, invoice, order, fanOut, contact, incident];

export const IDENTITY: MappingCase = {
  name: 'identity',
  text: 'payload',
  input: order.input,
  byHand: input => (input as { readonly payload: unknown }).payload,
};

export function caseNamed(name: string): MappingCase {
  const found = [...CASES, IDENTITY].find(one => one.name === name);
  if (found === undefined) throw new Error(`there is no mapping "${name}"`);
  return found;
}
