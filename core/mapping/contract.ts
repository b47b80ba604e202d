/** JSON Schema contracts. A broken one is reported by path and rule, never with the value that broke it. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Contract } from '../configuration.ts';
import type { MappingError } from './mappingError.ts';
import { OutOfTime, withinTimeLimit } from './timeLimit.ts';

export interface ContractBreach {
  readonly file: string;
  readonly message: string;
  /** JSON pointers of the fields that are not there, where nothing else is wrong. */
  readonly missing?: readonly string[];
  /** Only where the check itself took too long; the contract may well be kept. */
  readonly code?: 'MAPPING_TIMEOUT';
}

/** A `pattern` or `uniqueItems` can run for minutes over a hostile payload; an honest check takes microseconds. */
const CHECK_LIMIT_MS = 250;

const TOO_SLOW = {
  code: 'MAPPING_TIMEOUT',
  message: 'takes longer than its time limit; look for a costly pattern or uniqueItems',
} as const satisfies Partial<MappingError>;

/** Undefined when the value keeps the contract. */
export type ContractCheck = (contract: Contract, value: unknown) => ContractBreach | undefined;

/**
 * A contract is compiled when it is first asked for: a start that compiled those of every route would take longer the more
 * routes there are, up to the ten seconds that Lambda gives it. Never under a time limit: the compiler is one for all, and
 * is no use to anyone after it was cut off in the middle.
 */
export function createContractCheck(): ContractCheck {
  const compiled = new WeakMap<Contract, Prepared>();
  const prepared = (contract: Contract): Prepared => {
    const known = compiled.get(contract);
    if (known !== undefined) return known;
    const { schema } = contract;
    const made = { validate: compileWith(trustingCompiler, schema), mayRunAway: mayRunAway(schema) };
    compiled.set(contract, made);
    return made;
  };
  return (contract, value) => {
    const { validate, mayRunAway: isGuarded } = prepared(contract);
    const { file } = contract;
    const tooSlow = () => ({ ...TOO_SLOW, file });
    try {
      const holds = isGuarded
        ? withinTimeLimit(CHECK_LIMIT_MS, tooSlow, () => validate(value))
        : validate(value);
      if (holds) return undefined;
    } catch (error) {
      if (error instanceof OutOfTime) return { ...TOO_SLOW, file };
      if (error instanceof RangeError) return { file, message: 'the value is nested too deeply' };
      throw error;
    }
    const errors = validate.errors ?? [];
    const missing = errors.every(({ keyword }) => keyword === 'required') ? errors.map(placeOfBreach) : [];
    return {
      file,
      message: describeBreaches(errors),
      ...(missing.length === 0 ? {} : { missing }),
    };
  };
}

interface Prepared {
  readonly validate: ValidateFunction;
  readonly mayRunAway: boolean;
}

/** Rules whose work can grow faster than the value. All others look at each part of it once. */
const COSTLY_RULES: ReadonlySet<string> = new Set([
  ...['pattern', 'patternProperties', 'uniqueItems', '$ref', '$dynamicRef'],
]);

/** Whether the check needs a guard, which takes several times as long as most checks. Where unsure, it does. */
function mayRunAway(schema: unknown): boolean {
  const open: unknown[] = [schema];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== 'object' || part === null) continue;
    for (const [key, inner] of Object.entries(part)) {
      if (COSTLY_RULES.has(key)) return true;
      open.push(inner);
    }
  }
  return false;
}

const newCompiler = (validateSchema: boolean): Ajv2020 =>
  new Ajv2020({
    strict: false,
    validateSchema,
    validateFormats: false,
    allErrors: true,
    ownProperties: true,
    verbose: true,
  });

/** One of each for all, made when there is need for it. */
let asking: Ajv2020 | undefined;
let trusting: Ajv2020 | undefined;

/** Asks whether a schema is one, for which it compiles the meta-schema: that takes longer than any contract. */
function askingCompiler(): Ajv2020 {
  asking ??= newCompiler(true);
  return asking;
}

/** For what has been asked when the configuration was made. */
function trustingCompiler(): Ajv2020 {
  trusting ??= newCompiler(false);
  return trusting;
}

/** Compiling one takes longer than thousands of checks. */
const validators = new WeakMap<object, ValidateFunction>();

/** @throws Error when the schema itself is not valid JSON Schema 2020-12. */
export const compileSchema = (schema: unknown): ValidateFunction => compileWith(askingCompiler, schema);

function compileWith(compiler: () => Ajv2020, schema: unknown): ValidateFunction {
  const isObject = typeof schema === 'object' && schema !== null;
  const known = isObject ? validators.get(schema) : undefined;
  if (known !== undefined) return known;
  const ajv = compiler();
  try {
    const validate = ajv.compile(schema as object);
    if (isObject) validators.set(schema, validate);
    return validate;
  } finally {
    // Two contracts may carry the same `$id`: each stands for itself.
    if (isObject) ajv.removeSchema(schema);
  }
}

const MAX_TOLD = 3;

/** The first few; a rule that several keys of one object break is told once. */
function describeBreaches(errors: readonly ErrorObject[]): string {
  const told = new Set<string>();
  for (const error of errors) {
    told.add(describeBreach(error));
    if (told.size === MAX_TOLD) break;
  }
  return [...told].join('; ');
}

/**
 * ajv's messages name the rule and what it allows, both from the schema. What comes from the value is its path and its
 * type: `/lines/0/amount must be integer, and is a string`.
 */
function describeBreach(error: ErrorObject): string {
  const at = placeOfBreach(error);
  return `${at === '' ? 'the whole value' : at} ${ruleBroken(error)}`;
}

/** A key that is too much is somebody's data, so that those are told which may be there. */
const FORBIDS_OTHER_KEYS: readonly string[] = ['additionalProperties', 'unevaluatedProperties'];
const MAX_KEYS_TOLD = 12;

function ruleBroken({ keyword, message, data, parentSchema }: ErrorObject): string {
  if (keyword === 'required') return 'is required and not there';
  if (FORBIDS_OTHER_KEYS.includes(keyword)) {
    const keys = Object.keys((parentSchema?.['properties'] ?? {}) as object);
    const told = keys.length > MAX_KEYS_TOLD ? [...keys.slice(0, MAX_KEYS_TOLD), '…'] : keys;
    return `has a key that the contract does not have${told.length === 0 ? '' : `, which has ${told.join(', ')}`}`;
  }
  return `${message ?? keyword}, and is ${typeInWords(data)}`;
}

function placeOfBreach({ keyword, params, instancePath }: ErrorObject): string {
  return keyword === 'required' ? `${instancePath}/${String(params['missingProperty'])}` : instancePath;
}

function typeInWords(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}
