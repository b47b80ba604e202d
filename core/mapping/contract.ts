/** JSON Schema contracts. A broken one is reported by path and rule, never with the value that broke it. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Contract } from '../configuration.ts';

export interface ContractBreach {
  readonly file: string;
  readonly message: string;
}

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
    if (validate(value)) return undefined;
    const breaches = (validate.errors ?? []).slice(0, 3).map(describeBreach);
    return { file: contract.file, message: breaches.join('; ') };
  };
}

/** @throws Error when the schema itself is not valid JSON Schema 2020-12. */
export function compileSchema(schema: unknown): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  return ajv.compile(schema as object);
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
