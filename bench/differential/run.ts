/** Many random expressions over damaged payloads, by both engines. */
import jsonata from 'jsonata';
import { holdsLostPattern } from '../../core/jsonata/condition.ts';
import { seededRandom } from '../random.ts';
import { byJsonata, byOurEngine, jsonataChanges, type Outcome } from './evaluate.ts';
import { type Difference, EXPLANATIONS } from './explanations.ts';
import { randomExpression } from './expressions.ts';
import { damagedText } from './payloads.ts';

export interface DifferentialRun {
  readonly runs: number;
  /** Both gave the same value, nothing, or the same error. */
  readonly same: Readonly<Record<Outcome['kind'], number>>;
  /** How many differences each explanation covers. */
  readonly explained: Readonly<Record<string, number>>;
  readonly unexplained: readonly (Difference & { readonly payload: string })[];
}

/** @param say - told every 10,000 runs how many are done. */
export async function runDifferential(
  options: { readonly seed: number; readonly runs: number },
  say?: (done: number) => void,
): Promise<DifferentialRun> {
  const random = seededRandom(options.seed);
  const same = { value: 0, nothing: 0, error: 0 };
  const explained = Object.fromEntries(EXPLANATIONS.map(({ name }) => [name, 0]));
  const unexplained: (Difference & { payload: string })[] = [];
  for (let done = 0; done < options.runs; ) {
    const text = randomExpression(random);
    const payload = damagedText(random);
    if (!isComparable(text)) continue;
    done += 1;
    if (done % 10_000 === 0) say?.(done);
    const theirs = await byJsonata(text, payload);
    const ours = byOurEngine(text, payload);
    if (JSON.stringify(theirs) === JSON.stringify(ours)) {
      same[ours.kind] += 1;
      continue;
    }
    const difference = { text, theirs, ours, inputChanged: await jsonataChanges(text, payload) };
    const explanation = EXPLANATIONS.find(each => each.covers(difference));
    if (explanation === undefined) unexplained.push({ ...difference, payload });
    else explained[explanation.name] = (explained[explanation.name] ?? 0) + 1;
  }
  return { runs: options.runs, same, explained, unexplained };
}

/**
 * Some have no meaning: a `%` without a parent, a filter behind a group. With some jsonata never ends, since it loses a
 * pattern that stands left of `??`, and with it the flag that moves it on.
 */
function isComparable(text: string): boolean {
  try {
    return !holdsLostPattern(jsonata(text).ast());
  } catch {
    return false;
  }
}

export function describeRun({ runs, same, explained, unexplained }: DifferentialRun): string {
  const rows = EXPLANATIONS.map(({ name, reason }) => `| ${name} | ${explained[name] ?? 0} | ${reason} |`);
  return [
    `${runs} runs: ${same.value} gave the same value, ${same.nothing} nothing, ${same.error} the same error.`,
    '',
    '| difference | runs | why |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `Unexplained: ${unexplained.length}`,
    ...unexplained
      .slice(0, 20)
      .flatMap(({ text, payload, theirs, ours }) => [
        '',
        text,
        `  of      ${payload}`,
        ...where(theirs, ours),
      ]),
  ].join('\n');
}

/** Both answers from a little before they part. */
function where(theirs: Outcome, ours: Outcome): string[] {
  const [a, b] = [JSON.stringify(theirs), JSON.stringify(ours)];
  let parting = 0;
  while (a[parting] === b[parting]) parting += 1;
  const start = Math.max(0, parting - 60);
  return [`  jsonata ${a.slice(start, parting + 200)}`, `  ours    ${b.slice(start, parting + 200)}`];
}
