/**
 * `node bench/generatedSource.ts`: what a program gains when it is written as JavaScript source instead of being linked to
 * closures, warm and at its first run. The generator knows only what this one mapping needs: names, texts, `&` and
 * objects, with all the checks that our closures make.
 */

import type { Node } from '../core/jsonata/program.ts';
import { type BenchResult, printResult } from './figures.ts';
import type { MappingCase } from './mappings/mappingCase.ts';
import { push } from './mappings/push.ts';
import { byEngine, programOf } from './mappings/runners.ts';
import { median } from './percentiles.ts';
import { readOptions } from './readOptions.ts';

const MAPPING: MappingCase = {
  ...push,
  name: 'names and texts',
  text: `{
  "channel": "#" & payload.repository.name,
  "text": payload.pusher.name & " pushed to " & payload.repository.full_name & ": " & payload.ref,
  "link": payload.compare,
  "sender": { "login": payload.sender.login, "url": payload.sender.html_url, "type": payload.sender.type },
  "repository": { "owner": payload.repository.owner.login, "branch": payload.repository.default_branch }
}`,
};

function sourceOf(node: Node): string {
  switch (node.op) {
    case 'literal':
      return JSON.stringify(node.value);
    case 'path': {
      const names = node.steps.map(step => (step.does.op === 'name' ? JSON.stringify(step.does.name) : ''));
      return names.reduce((object, name) => `read(${object}, ${name})`, 'input');
    }
    case 'binary':
      return `join(${sourceOf(node.left)}, ${sourceOf(node.right)})`;
    case 'object': {
      const pairs = node.pairs.map(([key, value]) => {
        const name = sourceOf(key);
        return `value = ${sourceOf(value)}; if (value !== undefined) object[${name}] = value;`;
      });
      return `(() => { const object = {}; let value; ${pairs.join(' ')} return object; })()`;
    }
    default:
      throw new Error(`the generator does not know ${node.op}`);
  }
}

const HELPERS = `
  const read = (value, key) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;
  let left = 2000000;
  const join = (a, b) => {
    const text = (typeof a === 'string' ? a : '') + (typeof b === 'string' ? b : '');
    left -= 1 + text.length / 64;
    if (left < 0) throw new Error('steps');
    return text;
  };`;

function generated(): () => unknown {
  const body = `${HELPERS} return input => { left = 2000000; return ${sourceOf(programOf(MAPPING).root)}; };`;
  const make = new Function(body) as () => (input: unknown) => unknown;
  const run = make();
  return () => run(MAPPING.input);
}

function nanoseconds(run: () => unknown, calls: number): number {
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index += 1) run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / calls;
}

function compare({ rounds, calls }: { readonly rounds: number; readonly calls: number }): BenchResult {
  const first = { closures: nanoseconds(byEngine(MAPPING), 1), source: nanoseconds(generated(), 1) };
  const closures = byEngine(MAPPING);
  const source = generated();
  const measured = Array.from({ length: rounds }, () => ({
    closures: nanoseconds(closures, calls),
    source: nanoseconds(source, calls),
  }));
  const of = (who: 'closures' | 'source') => median(measured.map(times => times[who]));
  return {
    title: 'one mapping of names and texts, processor time',
    figures: [
      { what: 'closures', value: of('closures'), unit: 'ns', note: `${first.closures / 1000} µs at first` },
      { what: 'source', value: of('source'), unit: 'ns', note: `${first.source / 1000} µs at first` },
      { what: 'closures ÷ source', value: of('closures') / of('source'), unit: '×' },
    ],
  };
}

printResult(compare(readOptions({ rounds: 9, calls: 50_000 })));
