/** JSONata's official test suite, which is not part of this repository: found beside it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');

/** Where the suite is looked for, unless a folder is named. */
const PLACES = ['../shared/jsonata-test-suite', '../../shared/jsonata-test-suite'];

export function suiteFolder(named?: string): string | undefined {
  const folders = named === undefined ? PLACES.map(place => join(ROOT, place)) : [named];
  return folders.find(folder => existsSync(join(folder, 'groups')));
}

export interface SuiteCase {
  /** `group/file.json#index`. */
  readonly name: string;
  readonly text: string;
  readonly data: unknown;
  readonly bindings: Readonly<Record<string, unknown>>;
  /** The items of the result may stand in any order. */
  readonly isUnordered: boolean;
  readonly expected: { readonly value: unknown } | { readonly code: string } | 'nothing';
}

interface WrittenCase {
  readonly expr?: string;
  readonly 'expr-file'?: string;
  readonly data?: unknown;
  readonly dataset?: string | null;
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly unordered?: boolean;
  readonly result?: unknown;
  readonly undefinedResult?: true;
  readonly code?: string;
  readonly error?: { readonly code: string };
}

export function readSuite(folder: string): SuiteCase[] {
  const groups = join(folder, 'groups');
  return readdirSync(groups).flatMap(group =>
    readdirSync(join(groups, group))
      .filter(file => file.endsWith('.json'))
      .flatMap(file => {
        const written = readJson(join(groups, group, file)) as WrittenCase | WrittenCase[];
        return [written].flat().map((one, index) => readCase(folder, `${group}/${file}`, index, one));
      }),
  );
}

function readCase(folder: string, file: string, index: number, written: WrittenCase): SuiteCase {
  const group = file.slice(0, file.indexOf('/'));
  const textFile = written['expr-file'];
  const code = written.code ?? written.error?.code;
  return {
    name: `${file}#${index}`,
    text:
      textFile === undefined
        ? (written.expr ?? '')
        : readFileSync(join(folder, 'groups', group, textFile), 'utf8'),
    data: written.dataset ? readJson(join(folder, 'datasets', `${written.dataset}.json`)) : written.data,
    bindings: written.bindings ?? {},
    isUnordered: written.unordered === true,
    expected: written.undefinedResult ? 'nothing' : code === undefined ? { value: written.result } : { code },
  };
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
