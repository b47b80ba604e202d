/**
 * The part of the engine that runs inside the vm context, beside jsonata and the payload. It is carried there as text
 * (`Function.prototype.toString`), so it refers to nothing outside itself, and it speaks with the host in strings
 * alone: no object of ours is ever within a payload's reach.
 */

/** What the host asks. */
export type GuestRequest =
  | { readonly verb: 'compile'; readonly id: string; readonly limits: GuestLimits; readonly text: string }
  | { readonly verb: 'evaluate'; readonly id: string; readonly now: number; readonly limits: GuestLimits };

export interface GuestLimits {
  /** Items in one sequence that jsonata builds. */
  readonly sequence: number;
  /** Characters that `$pad` may produce. */
  readonly padWidth: number;
  /** Characters of the JSON result. */
  readonly output: number;
}

/** What the guest answers. `token` is a piece of the mapping's own text; no field ever holds payload data. */
export type GuestAnswer =
  | { readonly kind: 'compiled'; readonly literals: readonly string[] }
  | { readonly kind: 'value'; readonly json: string }
  | { readonly kind: 'undefined' }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly position?: number;
      readonly token?: string;
      readonly expected?: string;
      /** Only for `$error` and `$assert`, and only where the mapping holds this very text as a literal. */
      readonly message?: string;
      /** For a screened key: where it stands. */
      readonly path?: string;
    };

interface JsonataError {
  readonly code?: unknown;
  readonly position?: unknown;
  readonly token?: unknown;
  readonly value?: unknown;
  readonly message?: unknown;
}

interface AstNode {
  readonly type?: string;
  readonly value?: unknown;
  readonly position?: number;
}

/** The slice of jsonata's interface that the guest uses. */
interface Expression {
  evaluate(input: unknown): Promise<unknown>;
  ast(): AstNode;
  registerFunction(name: string, implementation: (...args: never[]) => unknown, signature: string): void;
}

export interface GuestGlobal {
  jsonata: (text: string, options: { sequence: number }) => Expression;
  Date: DateConstructor;
  /** JSON text of the payload, headers and event; written by the host before each evaluation. */
  input: string;
  request: string;
  answer: string;
  serve: () => void;
}

export function guest(scope: GuestGlobal): void {
  const RealDate = scope.Date;
  const programs = new Map<string, { expression: Expression; literals: ReadonlySet<string> }>();
  let limits: GuestLimits = { sequence: 0, padWidth: 0, output: 0 };
  let now = 0;

  // The clock is a parameter: $now() and $millis() of one evaluation agree, and an example can be repeated.
  scope.Date = class extends RealDate {
    constructor(...parts: [] | [number | string]) {
      super(...((parts.length === 0 ? [now] : parts) as [number]));
    }
    static override now(): number {
      return now;
    }
  } as DateConstructor;

  /*
   * jsonata marks its own internals with these keys on ordinary objects. A payload that carries one is taken for an
   * internal, and can replace bound variables or be called as a function.
   */
  const reserved = new Set([
    'tupleStream',
    'outerWrapper',
    '_jsonata_lambda',
    '_jsonata_function',
    '__proto__',
  ]);

  const screen = (root: unknown): string | undefined => {
    const open: [unknown, string][] = [[root, '']];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [value, path] = next;
      if (typeof value !== 'object' || value === null) continue;
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index += 1) {
          if (typeof value[index] === 'object') open.push([value[index], `${path}[${index}]`]);
        }
        continue;
      }
      for (const key of Object.keys(value)) {
        if (reserved.has(key)) return path === '' ? key : `${path}.${key}`;
        const inner = (value as Record<string, unknown>)[key];
        if (typeof inner === 'object') open.push([inner, path === '' ? key : `${path}.${key}`]);
      }
    }
    return undefined;
  };

  /** Every string literal, and the first use of a name that is not available. */
  const inspect = (
    root: unknown,
  ): { literals: Set<string>; banned?: { token: string; position?: number } } => {
    const literals = new Set<string>();
    const seen = new Set<unknown>();
    const open: unknown[] = [root];
    let banned: { token: string; position?: number } | undefined;
    while (open.length > 0) {
      const node = open.pop();
      if (typeof node !== 'object' || node === null || seen.has(node)) continue;
      seen.add(node);
      const { type, value, position } = node as AstNode;
      if (type === 'string' && typeof value === 'string') literals.add(value);
      if (type === 'variable' && value === 'eval') {
        banned = { token: 'eval', ...(position === undefined ? {} : { position }) };
      }
      for (const child of Object.values(node)) open.push(child);
    }
    return banned === undefined ? { literals } : { literals, banned };
  };

  const fail = (code: string): never => {
    throw { code };
  };

  const pad = (text: string | undefined, width: number, filler = ' '): string | undefined => {
    if (text === undefined) return undefined;
    if (Math.abs(width) > limits.padWidth) fail('PAD_TOO_WIDE');
    const characters = [...text];
    const missing = Math.max(0, Math.abs(Math.trunc(width)) - characters.length);
    const fill = [...(filler === '' ? ' ' : filler)];
    const padding = Array.from({ length: missing }, (_, index) => fill[index % fill.length]).join('');
    return width < 0 ? padding + text : text + padding;
  };

  // jsonata looks for the browser's or Node's own functions, which a bare context lacks.
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const base64encode = (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    let encoded = '';
    for (let at = 0; at < text.length; at += 3) {
      const codes = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
      if (codes.some(code => code > 255)) fail('BASE64_NOT_BYTES');
      const [a, b, c] = codes.map(code => (Number.isNaN(code) ? 0 : code)) as [number, number, number];
      encoded += digits[a >> 2];
      encoded += digits[((a & 3) << 4) | (b >> 4)];
      encoded += at + 1 < text.length ? digits[((b & 15) << 2) | (c >> 6)] : '=';
      encoded += at + 2 < text.length ? digits[c & 63] : '=';
    }
    return encoded;
  };
  const base64decode = (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    let bits = 0;
    let held = 0;
    let decoded = '';
    for (const character of text.replace(/[=\s]/g, '')) {
      const digit = digits.indexOf(character);
      if (digit < 0) fail('BASE64_NOT_BASE64');
      bits = ((bits << 6) | digit) & 0xffff;
      held += 6;
      if (held >= 8) {
        held -= 8;
        decoded += String.fromCharCode((bits >> held) & 0xff);
      }
    }
    return decoded;
  };

  const compile = (id: string, text: string): GuestAnswer => {
    const expression = scope.jsonata(text, { sequence: limits.sequence });
    const { literals, banned } = inspect(expression.ast());
    if (banned !== undefined) return { kind: 'error', code: 'NAME_NOT_AVAILABLE', ...banned };
    expression.registerFunction('pad', pad, '<s-ns?:s>');
    expression.registerFunction('base64encode', base64encode, '<s-:s>');
    expression.registerFunction('base64decode', base64decode, '<s-:s>');
    programs.set(id, { expression, literals });
    return { kind: 'compiled', literals: [...literals] };
  };

  const evaluate = async (id: string): Promise<GuestAnswer> => {
    const program = programs.get(id);
    if (program === undefined) return { kind: 'error', code: 'NOT_COMPILED' };
    const input: unknown = JSON.parse(scope.input);
    const reservedAt = screen(input);
    if (reservedAt !== undefined) return { kind: 'error', code: 'RESERVED_KEY', path: reservedAt };
    let result: unknown;
    try {
      result = await program.expression.evaluate(input);
    } catch (error) {
      return describe(error as JsonataError, program.literals);
    }
    if (result === undefined) return { kind: 'undefined' };
    let odd: string | undefined;
    const json = JSON.stringify(result, (_key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) odd = 'NOT_FINITE';
      const isFunction =
        typeof value === 'function' ||
        (typeof value === 'object' && value !== null && '_jsonata_lambda' in value);
      if (isFunction) odd = 'NOT_DATA';
      // A function of the mapping leads by its environment back to itself.
      return isFunction ? undefined : value;
    });
    if (odd !== undefined || json === undefined) return { kind: 'error', code: odd ?? 'NOT_DATA' };
    return json.length > limits.output
      ? { kind: 'error', code: 'OUTPUT_TOO_LARGE' }
      : { kind: 'value', json };
  };

  /** jsonata throws plain objects whose `value` and `message` may hold payload data: those stay here. */
  const describe = (error: JsonataError, literals: ReadonlySet<string>): GuestAnswer => {
    const { position, token, message, value } = error;
    const isSyntax = typeof error.code === 'string' && error.code.startsWith('S');
    const isOwn = error.code === 'D3137' || error.code === 'D3141';
    return {
      kind: 'error',
      code:
        typeof error.code === 'string' ? error.code : error instanceof RangeError ? 'TOO_DEEP' : 'UNEXPECTED',
      ...(typeof position === 'number' ? { position } : {}),
      ...(typeof token === 'string' || typeof token === 'number' ? { token: String(token) } : {}),
      ...(isSyntax && typeof value === 'string' ? { expected: value } : {}),
      ...(isOwn && typeof message === 'string' && literals.has(message) ? { message } : {}),
    };
  };

  scope.serve = () => {
    scope.answer = '';
    const reply = (answer: GuestAnswer) => {
      scope.answer = JSON.stringify(answer);
    };
    const request = JSON.parse(scope.request) as GuestRequest;
    try {
      limits = request.limits;
      if (request.verb === 'compile') {
        reply(compile(request.id, request.text));
      } else {
        now = request.now;
        evaluate(request.id).then(reply, error => reply(describe(error as JsonataError, new Set())));
      }
    } catch (error) {
      reply(describe(error as JsonataError, new Set()));
    }
  };
}
