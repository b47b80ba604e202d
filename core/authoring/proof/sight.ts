/**
 * What examples show of a shared function, as numbers that can be kept and added up: a route shows a part of it, and only
 * all routes together show what nobody does.
 */
import type { Node, Program } from '../../jsonata/program.ts';
import { TYPE_BITS, type TypeName } from '../../jsonata/types.ts';
import { everyNode } from './nodes.ts';
import type { Seen } from './observe.ts';

/** A number for each node, in the order of `everyNode`: what it did, and in the bits above those the types that it gave. */
export type Sight = readonly number[];

const REACHED = 1;
const GAVE = 2;
const POSITION = 4;
const WAS_TRUE = 8;
const WAS_FALSE = 16;
const TYPES_FROM = 5;

export function sightOf(program: Program, seen: readonly Seen[]): Sight {
  return [...everyNode(program.root)].map(({ id }) => seen.reduce((bits, one) => bits | bitsOf(id, one), 0));
}

function bitsOf(id: number, seen: Seen): number {
  let bits = 0;
  if (seen.everReached.has(id)) bits |= REACHED;
  if (seen.gave.has(id)) bits |= GAVE;
  if (seen.positions.has(id)) bits |= POSITION;
  if (seen.truths.get(id)?.has(true) === true) bits |= WAS_TRUE;
  if (seen.truths.get(id)?.has(false) === true) bits |= WAS_FALSE;
  for (const type of seen.gaveTypes.get(id) ?? []) bits |= TYPE_BITS[type] << TYPES_FROM;
  return bits;
}

/** @param sights - of one program; an empty one is of somebody who never saw it. */
export const allTogether = (sights: readonly Sight[]): Sight => {
  const nodes = Math.max(0, ...sights.map(({ length }) => length));
  return Array.from({ length: nodes }, (_, index) =>
    sights.reduce((bits, sight) => bits | (sight[index] ?? 0), 0),
  );
};

export const isReached = (sight: Sight): boolean => sight.some(bits => (bits & REACHED) !== 0);

/** The way back: as if one watch had seen it all. */
export function seenIn(program: Program, sight: Sight): Seen {
  const nodes = [...everyNode(program.root)].map((node, index) => [node, sight[index] ?? 0] as const);
  const having = (bit: number) =>
    new Set(nodes.flatMap(([{ id }, bits]) => ((bits & bit) === 0 ? [] : [id])));
  const by = <Fact>(factsOf: (bits: number) => Fact[]) =>
    new Map<Node['id'], ReadonlySet<Fact>>(nodes.map(([{ id }, bits]) => [id, new Set(factsOf(bits))]));
  return {
    everReached: having(REACHED),
    gave: having(GAVE),
    positions: having(POSITION),
    truths: by(bits => [
      ...((bits & WAS_TRUE) === 0 ? [] : [true]),
      ...((bits & WAS_FALSE) === 0 ? [] : [false]),
    ]),
    gaveTypes: by(bits => TYPES.filter(type => ((bits >> TYPES_FROM) & TYPE_BITS[type]) !== 0)),
  };
}

const TYPES = Object.keys(TYPE_BITS) as TypeName[];
