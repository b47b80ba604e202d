/** What `$match`, `$contains`, `$split` and `$replace` have of a pattern, be it a regular expression or a function. */
import type { Host } from '../builtin.ts';
import { Fault } from '../fault.ts';
import { Pattern, type RegexMatch } from '../regex/pattern.ts';
import { Callable, getKey, isArray, isObject, type Value } from '../values.ts';

/** One match as JSONata's functions see it. */
export interface FoundMatch extends RegexMatch {
  /** What a replacing function is called with. */
  readonly value: Value;
}

/**
 * The matches one after the other.
 * @throws Fault T1010 where a function of the mapping gives something that is no match.
 */
export function* matchesOf(host: Host, pattern: Callable, text: string): Generator<FoundMatch> {
  if (pattern instanceof Pattern) {
    const matches = pattern.matches(text);
    for (let match = matches.next(); match !== undefined; match = matches.next()) {
      host.budget.object(4);
      yield { ...match, value: asValue(match) };
    }
    return;
  }
  let found = host.call(pattern, [text]);
  while (found !== undefined) {
    const match = readMatch(found);
    yield match;
    const next = isObject(found) ? getKey(found, 'next') : undefined;
    if (!(next instanceof Callable)) throw new Fault('T1010');
    found = host.call(next, []);
  }
}

const asValue = ({ text, start, end, groups }: RegexMatch): Value => ({ match: text, start, end, groups });

/** `{"match": "ab", "start": 0, "end": 2, "groups": [], "next": function}` */
function readMatch(value: Value): FoundMatch {
  if (!isObject(value)) throw new Fault('T1010');
  const [text, start, end, groups] = ['match', 'start', 'end', 'groups'].map(key => getKey(value, key));
  const isMatch =
    typeof text === 'string' &&
    typeof start === 'number' &&
    typeof end === 'number' &&
    groups !== undefined &&
    isArray(groups) &&
    groups.every(group => group === undefined || typeof group === 'string');
  if (!isMatch) throw new Fault('T1010');
  return { text, start, end, groups: groups as readonly (string | undefined)[], value };
}
