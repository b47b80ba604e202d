/** Runs a parsed Insights query over log records, newest first, without holding up the event loop. */
import type { LogRecord } from '../logGroups.ts';
import type { Condition, Literal, ParsedQuery } from './parseQuery.ts';

/** Field and value in the order in which they were asked for; `@ptr` comes last, as the service has it. */
export type QueryRow = readonly (readonly [string, string])[];

export interface QueryOutcome {
  readonly rows: readonly QueryRow[];
  readonly statistics: {
    readonly recordsMatched: number;
    readonly recordsScanned: number;
    readonly bytesScanned: number;
  };
}

export interface QueryLimits {
  readonly limit?: number;
  readonly signal: AbortSignal;
}

const DEFAULT_LIMIT = 10_000;

/** The longest that a query keeps the event loop before it lets others have a turn. */
const SLICE_MS = 4;

interface Match {
  readonly record: LogRecord;
  readonly read: (field: string) => string | undefined;
}

export async function evaluateQuery(
  query: ParsedQuery,
  records: AsyncIterable<LogRecord>,
  limits: QueryLimits,
): Promise<QueryOutcome> {
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, limits.limit ?? DEFAULT_LIMIT);
  const filter: Condition = { kind: 'and', conditions: query.filters };
  // Records come newest first: in that order, enough is enough.
  const newestFirst =
    query.sort === undefined || (query.sort.field === '@timestamp' && query.sort.order === 'desc');
  const matches: Match[] = [];
  const statistics = { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 };
  let sliceEndsAt = performance.now() + SLICE_MS;
  for await (const record of records) {
    if (limits.signal.aborted) break;
    statistics.recordsScanned += 1;
    statistics.bytesScanned += record.stored.length;
    if (mayHold(filter, record.stored)) {
      const read = fieldReader(record);
      if (holds(filter, read)) {
        statistics.recordsMatched += 1;
        matches.push({ record, read });
        if (newestFirst && matches.length === limit) break;
      }
    }
    if (performance.now() >= sliceEndsAt) {
      await new Promise(resolve => setImmediate(resolve));
      sliceEndsAt = performance.now() + SLICE_MS;
    }
  }
  const sorted = newestFirst ? matches : matches.sort(inOrder(query.sort));
  return { rows: sorted.slice(0, limit).map(match => row(match, query.fields)), statistics };
}

function row({ record, read }: Match, fields: readonly string[]): QueryRow {
  const wanted = fields.length > 0 ? fields : ['@timestamp', '@message'];
  const values = wanted.flatMap(field => {
    const value = read(field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return [...values, ['@ptr', record.pointer]];
}

function holds(condition: Condition, read: Match['read']): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every(part => holds(part, read));
    case 'or':
      return condition.conditions.some(part => holds(part, read));
    case 'not':
      return !holds(condition.condition, read);
    case 'ispresent':
      return read(condition.field) !== undefined;
    case 'in': {
      const value = read(condition.field);
      return value !== undefined && condition.values.some(literal => String(literal) === value);
    }
    case 'like':
      return read(condition.field)?.includes(condition.text) ?? false;
    case 'compare': {
      const value = read(condition.field);
      // A field that is absent equals nothing and differs from everything.
      if (value === undefined) return condition.operator === '!=';
      return compares(compare(value, condition.value), condition.operator);
    }
  }
}

function compares(order: number, operator: string): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Two numbers are compared as numbers, everything else as text. NaN, where text meets a number, is in no order. */
function compare(value: string, literal: Literal): number {
  if (typeof literal === 'number') return value.trim() === '' ? Number.NaN : Number(value) - literal;
  return value < literal ? -1 : Number(value > literal);
}

function inOrder(sort: ParsedQuery['sort']): (a: Match, b: Match) => number {
  const field = sort?.field ?? '@timestamp';
  const sign = sort?.order === 'asc' ? 1 : -1;
  return (a, b) => {
    const [left, right] = [a.read(field) ?? '', b.read(field) ?? ''];
    const difference = Number(left) - Number(right);
    return (
      sign * (left !== '' && right !== '' && !Number.isNaN(difference) ? difference : compare(left, right))
    );
  };
}

/** Reads `@` fields and, from a message that is JSON, the fields inside: `a.b`, and `a.0` for what is in a list. */
function fieldReader(record: LogRecord): Match['read'] {
  let parsed: unknown;
  return field => {
    switch (field) {
      case '@timestamp':
        return new Date(record.timestamp).toISOString().replace('T', ' ').replace('Z', '');
      case '@message':
        return record.message;
      case '@logStream':
        return record.logStream;
      case '@log':
        return record.log;
      case '@ptr':
        return record.pointer;
      default:
        parsed ??= json(record.message);
        return text(at(parsed, field));
    }
  };
}

function at(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  let found: unknown = value;
  for (const step of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

/** Values come back as text; the service shows a boolean as 1 or 0. */
function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** An empty object for what is not JSON, so that it is not tried again for the next field. */
function json(message: string): unknown {
  if (!message.startsWith('{')) return {};
  try {
    return JSON.parse(message);
  } catch {
    return {};
  }
}

/** Characters that stand for themselves in JSON text, and in JSON text inside JSON text. */
const PLAIN_TEXT = /^[\w:. -]+$/;

/** False when the condition cannot be true of this record: most records are passed over without being parsed. */
function mayHold(condition: Condition, stored: string): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every(part => mayHold(part, stored));
    case 'or':
      return condition.conditions.some(part => mayHold(part, stored));
    case 'compare': {
      const { operator, value, field } = condition;
      const isSearchable =
        operator === '=' && typeof value === 'string' && PLAIN_TEXT.test(value) && !field.startsWith('@');
      return !isSearchable || stored.includes(value);
    }
    case 'like':
      return (
        !PLAIN_TEXT.test(condition.text) || condition.field !== '@message' || stored.includes(condition.text)
      );
    default:
      return true;
  }
}
