/** Amounts of money as decimals and in minor units, by their digits: no sum passes through a fraction of two. */
import { Fault } from '../fault.ts';
import { numberOf, plainDigits } from '../numbers/exact.ts';
import { ExactNumber } from '../values.ts';
import { placesOf } from './currencies.ts';

export type Amount = string | number | ExactNumber;

/** A currency's code, or how many decimal places a provider gives it that has its own idea of it. */
export type Places = string | number;

/** More digits than all the money in the world has. */
const MAX_DIGITS = 40;

/** @throws Fault MONEY_NOT_DECIMAL, MONEY_FRACTION where less than a minor unit would be left over, CURRENCY_UNKNOWN. */
export function toMinorUnits(amount: Amount, currency: Places): number | ExactNumber {
  const places = readPlaces(currency);
  const { negative, integer, fraction } = digitsOf(amount);
  if (fraction.length > places) throw new Fault('MONEY_FRACTION');
  const units = (integer + fraction.padEnd(places, '0')).replace(/^0+(?=[0-9])/, '');
  return numberOf(negative ? `-${units}` : units);
}

/** With all the currency's decimal places: `10.00`. */
export function fromMinorUnits(units: Amount, currency: Places): string {
  const places = readPlaces(currency);
  const { negative, integer, fraction } = digitsOf(units);
  if (fraction !== '') throw new Fault('MONEY_FRACTION');
  const digits = integer.padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${negative ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
}

function digitsOf(amount: Amount) {
  const text = amount instanceof ExactNumber ? ExactNumber.lexemeOf(amount) : String(amount);
  const digits = plainDigits(text, MAX_DIGITS);
  if (digits === undefined) throw new Fault('MONEY_NOT_DECIMAL');
  return digits;
}

function readPlaces(currency: Places): number {
  const places = typeof currency === 'string' ? placesOf(currency) : currency;
  if (places === undefined || !Number.isInteger(places) || places < 0 || places > 8) {
    throw new Fault('CURRENCY_UNKNOWN');
  }
  return places;
}
