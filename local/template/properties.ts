/** Reads one resource's properties with the type that the local stack needs, or says which property is wrong. */
import type { Resolver, TemplateResource } from './intrinsics.ts';
import { type TemplateError, templateError } from './templateError.ts';

export class Properties {
  readonly logicalId: string;
  readonly #resolver: Resolver;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #prefix: string;

  constructor(resolver: Resolver, logicalId: string, values: Readonly<Record<string, unknown>>, prefix = '') {
    this.#resolver = resolver;
    this.logicalId = logicalId;
    this.#values = values;
    this.#prefix = prefix;
  }

  static of(resolver: Resolver, logicalId: string, resource: TemplateResource): Properties {
    return new Properties(resolver, logicalId, resource.Properties ?? {});
  }

  get keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  error(property: string, problem: string): TemplateError {
    return templateError(this.logicalId, `${this.#prefix}${property}`, problem);
  }

  value(property: string): unknown {
    return this.#resolver.resolve(this.#values[property], {
      logicalId: this.logicalId,
      property: `${this.#prefix}${property}`,
    });
  }

  string(property: string, byDefault?: string): string {
    const value = this.value(property) ?? byDefault;
    if (typeof value !== 'string')
      throw this.error(property, value === undefined ? 'is missing' : 'is not a string');
    return value;
  }

  /** CloudFormation takes `"30"` for 30. */
  number(property: string, byDefault?: number): number {
    const value = this.value(property) ?? byDefault;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw this.error(property, value === undefined ? 'is missing' : 'is not a number');
    }
    return number;
  }

  boolean(property: string, byDefault: boolean): boolean {
    const value = this.value(property) ?? byDefault;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.error(property, 'is not a boolean');
  }

  oneOf<const Word extends string>(property: string, words: readonly Word[], byDefault?: Word): Word {
    const value = this.string(property, byDefault);
    const word = words.find(candidate => candidate === value);
    if (word === undefined)
      throw this.error(property, `is '${value}', which the local stack does not know (${words.join(', ')})`);
    return word;
  }

  strings(property: string): readonly string[] {
    const value = this.value(property) ?? [];
    if (!Array.isArray(value) || value.some(item => typeof item !== 'string')) {
      throw this.error(property, 'is not a list of strings');
    }
    return value;
  }

  stringRecord(property: string): Readonly<Record<string, string>> {
    const value = this.value(property) ?? {};
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.error(property, 'is not a map');
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (typeof item === 'string') return [key, item];
        if (typeof item === 'number' || typeof item === 'boolean') return [key, String(item)];
        throw this.error(`${property}.${key}`, 'is not a string');
      }),
    );
  }

  list(property: string): readonly unknown[] {
    const value = this.value(property) ?? [];
    if (!Array.isArray(value)) throw this.error(property, 'is not a list');
    return value;
  }

  /** A list of maps. */
  children(property: string): readonly Properties[] {
    return this.list(property).map((value, index) => {
      const place = `${property}.${index}`;
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw this.error(place, 'is not a map');
      return new Properties(
        this.#resolver,
        this.logicalId,
        value as Record<string, unknown>,
        `${this.#prefix}${place}.`,
      );
    });
  }

  /** Undefined when the property is absent. A policy written as JSON text counts as the map it holds. */
  nested(property: string): Properties | undefined {
    const raw = this.value(property);
    if (raw === undefined) return undefined;
    const value = typeof raw === 'string' ? parsedOrUndefined(raw) : raw;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.error(property, 'is not a map');
    return new Properties(
      this.#resolver,
      this.logicalId,
      value as Record<string, unknown>,
      `${this.#prefix}${property}.`,
    );
  }
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
