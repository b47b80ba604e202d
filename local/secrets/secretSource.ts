/** The secrets of the stack in force, by their physical names: from the developer's file, or kept random ones. */
import { secretNameOf } from '../relaySettings.ts';
import type { SecretDescription } from '../template/description.ts';
import {
  keptSecrets,
  readSecretsFile,
  type SecretKind,
  type SecretValues,
  storeSecret,
} from './secretValues.ts';
import type { TestKeys } from './testKeys.ts';

export interface SecretSourceOptions {
  /** The developer's; without it random values are made. */
  readonly file: string | undefined;
  /** Where random values are kept. */
  readonly keptFile: string;
  /** Made when a source's provider signs with a key of its own. */
  readonly testKeys: () => TestKeys;
}

export class SecretSource {
  readonly #options: SecretSourceOptions;
  #secrets: readonly SecretDescription[] = [];
  #kinds: ReadonlyMap<string, SecretKind> = new Map();
  #values: ReadonlyMap<string, SecretValues> = new Map();

  constructor(options: SecretSourceOptions) {
    this.#options = options;
  }

  /** By physical name. */
  get values(): ReadonlyMap<string, SecretValues> {
    return this.#values;
  }

  define(secrets: readonly SecretDescription[], kinds: ReadonlyMap<string, SecretKind>): void {
    this.#secrets = secrets;
    this.#kinds = kinds;
    this.read();
  }

  /** @throws SecretsFileError when the file cannot be read; the values in force stay. */
  read(): void {
    const { file, keptFile, testKeys } = this.#options;
    const names = this.#secrets.map(({ name }) => secretNameOf(name));
    const values =
      file === undefined ? keptSecrets(keptFile, names, this.#kinds, testKeys) : readSecretsFile(file);
    this.#values = new Map(
      this.#secrets.flatMap(({ name }) => {
        const value = values.get(secretNameOf(name));
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  }

  /** What was current becomes the previous version. False where the developer's file holds the secrets. */
  store(physicalName: string, value: string): boolean {
    if (this.#options.file !== undefined) return false;
    storeSecret(this.#options.keptFile, secretNameOf(physicalName), value);
    this.read();
    return true;
  }

  /** Names that are used and have no value: what needs them refuses until they have one. */
  get missing(): readonly string[] {
    return this.#secrets.filter(({ name }) => !this.#values.has(name)).map(({ name }) => secretNameOf(name));
  }
}
