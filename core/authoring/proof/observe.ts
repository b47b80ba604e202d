/** What an example does to a mapping: which parts of it run, what it reads, and which conditions hold. */
import type { SourceText } from '../../configuration.ts';
import type { Node, Program } from '../../jsonata/program.ts';
import { Trace } from '../../jsonata/trace.ts';
import { type TypeName, typeName } from '../../jsonata/types.ts';
import type { Value } from '../../jsonata/values.ts';
import { placeOf } from '../../mapping/mappingError.ts';
import type { PathPattern } from './mutation.ts';

/** A program, and what was seen of it. */
export interface SeenText {
  readonly source: SourceText;
  readonly program: Program;
  readonly watch: Seen;
  /** Where the program's places begin: of a shared function behind those of the texts that use it. Default 0. */
  readonly from?: number;
}

/** A program that can be run, and what it is watched by. */
export interface Watched extends SeenText {
  readonly evaluate: (input: Value) => void;
  readonly watch: Watch;
}

export interface ReadPlace {
  readonly pattern: PathPattern;
  /** Every type that was met, over all examples. */
  readonly types: Set<TypeName>;
  /** The names beside it, where it was not there. */
  readonly siblings: Set<string>;
  /** Where the mapping first asks for it. */
  readonly line: number;
  readonly column: number;
  readonly file: string;
}

/** What the nodes of a program did, over many evaluations. */
export interface Seen {
  /** By node: the truth values that it gave as a condition or filter. */
  readonly truths: ReadonlyMap<number, ReadonlySet<boolean>>;
  /** By node: the types of what it gave. */
  readonly gaveTypes: ReadonlyMap<number, ReadonlySet<TypeName>>;
  /** Nodes that gave numbers: in brackets those are positions, and no conditions. */
  readonly positions: ReadonlySet<number>;
  /** Nodes that gave a value at least once. */
  readonly gave: ReadonlySet<number>;
  readonly everReached: ReadonlySet<number>;
}

/** A trace that also remembers what conditions gave, and where in the text each read was made. */
export class Watch extends Trace implements Seen {
  readonly truths = new Map<number, Set<boolean>>();
  readonly gaveTypes = new Map<number, Set<TypeName>>();
  readonly positions = new Set<number>();
  readonly gave = new Set<number>();
  readonly everReached = new Set<number>();
  /** What was looked for since the last `begin`. */
  readonly asked: { object: object; key: string; node: Node | undefined }[] = [];
  readonly #stack: Node[] = [];

  override begin(input: Value): void {
    super.begin(input);
    this.asked.length = 0;
    this.#stack.length = 0;
  }

  override enter(node: Node, context: Value): void {
    super.enter(node, context);
    this.everReached.add(node.id);
    this.#stack.push(node);
  }

  override leave(node: Node, value?: Value): void {
    super.leave(node);
    this.#stack.pop();
    if (value !== undefined) this.gave.add(node.id);
    const types = this.gaveTypes.get(node.id) ?? new Set<TypeName>();
    this.gaveTypes.set(node.id, types.add(typeName(value)));
    if (isPosition(value)) this.positions.add(node.id);
    const truths = this.truths.get(node.id) ?? new Set<boolean>();
    this.truths.set(node.id, truths.add(isTrue(value)));
  }

  override fail(node: Node): void {
    super.fail(node);
    this.#stack.pop();
  }

  override read(object: object, key: string, value: Value): void {
    super.read(object, key, value);
    this.asked.push({ object, key, node: this.#stack.at(-1) });
  }
}

const isPosition = (value: Value | undefined): boolean =>
  typeof value === 'number' ||
  (Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'number'));

/** As JSONata's conditions see it, near enough to tell whether both ways were taken. */
function isTrue(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.some(item => isTrue(item));
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

/** Adds what the last evaluation read of its input. */
export function collectReads({ source, watch }: Watched, into: Map<string, ReadPlace>): void {
  const types = new Map(watch.reads.map(({ path, type }) => [JSON.stringify(path), type]));
  for (const { object, key, node } of watch.asked) {
    const container = watch.pathOf(object as Value);
    if (container === undefined) continue;
    const path = [...container, key];
    const pattern = path.map(part => (typeof part === 'number' ? '[]' : part));
    const id = JSON.stringify(pattern);
    const place = into.get(id) ?? {
      pattern,
      types: new Set<TypeName>(),
      siblings: new Set<string>(),
      ...placeIn(source, positionOf(node, key)),
    };
    into.set(id, place);
    const type = Object.hasOwn(object, key) ? types.get(JSON.stringify(path)) : 'nothing';
    place.types.add(type ?? 'nothing');
    if (type === 'nothing') for (const sibling of Object.keys(object)) place.siblings.add(sibling);
  }
}

/** In the text, or in the shared function that it calls. */
export function placeIn(
  source: SourceText,
  position: number,
): { file: string; line: number; column: number } {
  const home = source.shared?.functions.findLast(({ from }) => from <= position);
  if (home === undefined) return { file: source.file, ...placeOf(source, position) };
  return { file: home.source.file, ...placeOf(home.source, position - home.from) };
}

/** Of a path the step that has this name. */
function positionOf(node: Node | undefined, key: string): number {
  if (node?.op === 'path') {
    const step = node.steps.find(({ does }) => does.op === 'name' && does.name === key);
    if (step !== undefined) return step.does.at;
  }
  return node?.at ?? 1;
}
