/**
 * How many decimal places a currency has, by list one of ISO 4217. Codes that went out of use lately are kept, since books
 * still hold them.
 */

const TWO =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL';
const NONE = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR = 'CLF UYW';

/** Made when somebody asks: few mappings do, and every start would wait for it. */
let places: ReadonlyMap<string, number> | undefined;

const allPlaces = (): ReadonlyMap<string, number> =>
  new Map(
    [NONE, '', TWO, THREE, FOUR].flatMap((codes, count) =>
      codes
        .split(' ')
        .filter(code => code !== '')
        .map(code => [code, count] as const),
    ),
  );

/** Undefined for a code that ISO 4217 does not have. Small letters are taken for capitals, as some providers write them. */
export function placesOf(currency: string): number | undefined {
  places ??= allPlaces();
  return places.get(currency.toUpperCase());
}
