/** JSON Schema contracts. A broken one is reported by path and rule, never with the value that broke it. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Contract } from '../configuration.ts';
import type { MappingError } from './mappingError.ts';
import { OutOfTime, withinTimeLimit } from './timeLimit.ts';

export interface ContractBreach {
  readonly file: string;
  readonly message: string;
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

/** A checker that compiles each schema once. */
export function createContractCheck(): ContractCheck {
  const compiled = new WeakMap<Contract, ValidateFunction>();
  return (contract, value) => {
    let validate = compiled.get(contract);
    if (validate === undefined) {
      validate = compileSchema(contract.schema);
      compiled.set(contract, validate);
    }
    const { file } = contract;
    const tooSlow = () => ({ ...TOO_SLOW, file });
    try {
      if (withinTimeLimit(CHECK_LIMIT_MS, tooSlow, () => validate(value))) return undefined;
    } catch (error) {
      if (error instanceof OutOfTime) return { ...TOO_SLOW, file };
      if (error instanceof RangeError) return { file, message: 'the value is nested too deeply' };
      throw error;
    }
    const breaches = (validate.errors ?? []).slice(0, 3).map(describeBreach);
    return { file, message: breaches.join('; ') };
  };
}

/** One for all: making one compiles the meta-schema, which takes longer than any contract. */
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, ownProperties: true });

/** @throws Error when the schema itself is not valid JSON Schema 2020-12. */
export function compileSchema(schema: unknown): ValidateFunction {
  try {
    return ajv.compile(schema as object);
  } finally {
    // Two contracts may carry the same `$id`: each stands for itself.
    if (typeof schema === 'object' && schema !== null) ajv.removeSchema(schema);
  }
}

/**
 * ajv's messages name the rule and what it allows, both from the schema. The one thing in them that comes from the
 * value is its path.
 */
function describeBreach(error: ErrorObject): string {
  const missing = error.keyword === 'required' ? `/${String(error.params['missingProperty'])}` : '';
  const at = `${error.instancePath}${missing}`;
  const rule = missing === '' ? (error.message ?? error.keyword) : 'is required and not there';
  return `${at === '' ? 'the whole value' : at} ${rule}`;
}
