/** A request in the making: what a provider would send, part by part. */
import type { Webhook } from '../webhook.ts';
import type { ValueRef } from './requestPart.ts';
import { RequestValues } from './requestValues.ts';

/** What is posted. Header names in lower case. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values, to be added to the address. */
  readonly query: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

const FORM = 'application/x-www-form-urlencoded';

export class RequestDraft {
  readonly headers = new Map<string, string>();
  readonly query = new Map<string, string>();
  /** Items of the signature's list. */
  readonly items = new Map<string, string[]>();
  body: Uint8Array;
  contentType: string | undefined;

  constructor(body: Uint8Array, contentType: string | undefined) {
    this.body = body;
    this.contentType = contentType;
  }

  /** Puts a text where a scheme looks for it. In a body that is none yet, a form or an object is begun. */
  set(ref: ValueRef, text: string): void {
    switch (ref.kind) {
      case 'header':
        this.headers.set(ref.names[0] ?? '', text);
        return;
      case 'query':
        this.query.set(ref.name, text);
        return;
      case 'signature-item':
        this.items.set(ref.key, [text]);
        return;
      case 'form': {
        const form = new URLSearchParams(Buffer.from(this.body).toString('utf8'));
        form.set(ref.name, text);
        this.body = Buffer.from(form.toString());
        this.contentType = FORM;
        return;
      }
      case 'field':
        this.body = Buffer.from(JSON.stringify(withField(parsed(this.body), ref.path, text)));
        return;
      default:
        ref satisfies never;
    }
  }

  /** As receive would see it. @param method - in upper case. */
  asWebhook(method: string, path: string, receivedAt: number): Webhook {
    const lines = new Map([...this.headers].map(([name, value]) => [name, [value]]));
    if (this.contentType !== undefined) lines.set('content-type', [this.contentType]);
    return {
      method,
      path,
      headers: lines,
      query: new Map([...this.query].map(([name, value]) => [name, [value]])),
      body: this.body,
      receivedAt,
    };
  }

  asValues(receivedAt: number): RequestValues {
    return new RequestValues(this.asWebhook('POST', '/', receivedAt));
  }

  signed(): SignedRequest {
    const type = this.contentType === undefined ? {} : { 'content-type': this.contentType };
    return {
      headers: { ...type, ...Object.fromEntries(this.headers) },
      query: [...this.query],
      body: this.body,
    };
  }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return {};
  }
}

function withField(value: unknown, path: readonly string[], text: string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return text;
  if (name === '*' || name === '0') {
    const items = Array.isArray(value) && value.length > 0 ? value : [{}];
    return (name === '0' ? items.slice(0, 1) : items).map(item => withField(item, rest, text));
  }
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return { ...object, [name]: withField((object as Record<string, unknown>)[name], rest, text) };
}
