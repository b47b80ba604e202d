/**
 * An honest provider: it posts a webhook until it is told 2xx, always with the same event id, and gives up on nothing
 * but a plain refusal. It signs anew for each post, as providers do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Source } from '../../core/files/sourceFile.ts';
import { signWebhook } from '../../core/signatures/sign.ts';
import { keptConnections, postRequest } from '../postRequest.ts';

/** What a provider knows of what it posts. */
export interface WebhookToPost {
  readonly source: Source;
  readonly eventType: string;
  /** The id that the provider gives: in a header or in the body. */
  readonly providerEventId: string;
  readonly body: Buffer;
}

/**
 * `lost`: the connection broke and nobody knows whether it was taken. `unreachable`: nobody listened.
 * `unavailable`: 5xx. `refused`: any other answer.
 */
export type PostResult = 'accepted' | 'lost' | 'unreachable' | 'unavailable' | 'refused';

export interface PostedWebhook<Webhook extends WebhookToPost> {
  readonly webhook: Webhook;
  readonly posts: readonly PostResult[];
  /** The event id that the 2xx named. */
  readonly eventIdTold: string | undefined;
}

export interface ProviderOptions {
  readonly frontDoor: string;
  /** By source. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly concurrency: number;
}

const POST_AGAIN_AFTER_MS = 200;
const GIVES_UP_AFTER_MS = 5 * 60 * 1000;

export class Provider {
  readonly #options: ProviderOptions;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #accepted = 0;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** Resolves when so many webhooks got their 2xx. */
  untilAccepted(count: number): Promise<void> {
    if (this.#accepted >= count) return Promise.resolve();
    return new Promise(resolve => this.#waiting.push({ count, resolve }));
  }

  async postAll<Webhook extends WebhookToPost>(
    webhooks: readonly Webhook[],
  ): Promise<PostedWebhook<Webhook>[]> {
    const agent = keptConnections(this.#options.concurrency);
    const left = [...webhooks];
    const posted: PostedWebhook<Webhook>[] = [];
    const work = async (): Promise<void> => {
      for (let webhook = left.shift(); webhook !== undefined; webhook = left.shift()) {
        const deadline = performance.now() + GIVES_UP_AFTER_MS;
        const posts: PostResult[] = [];
        let told: string | undefined;
        do {
          if (posts.length > 0) await sleep(POST_AGAIN_AFTER_MS);
          const { result, eventId } = await this.#post(webhook, agent);
          posts.push(result);
          told = eventId;
        } while (isTriedAgain(posts.at(-1)) && performance.now() < deadline);
        posted.push({ webhook, posts, eventIdTold: told });
        if (posts.at(-1) === 'accepted') this.#count();
      }
    };
    await Promise.all(Array.from({ length: this.#options.concurrency }, work));
    agent.destroy();
    return posted;
  }

  async #post(
    webhook: WebhookToPost,
    agent: ReturnType<typeof keptConnections>,
  ): Promise<{ result: PostResult; eventId?: string | undefined }> {
    const { source, body, eventType, providerEventId } = webhook;
    const signed = await signWebhook(source.scheme, this.#options.secrets.get(source.name), {
      body,
      eventType,
      eventId: providerEventId,
      now: Date.now(),
    });
    const url = `${this.#options.frontDoor}/${source.name}`;
    try {
      const headers = { ...signed.headers, 'content-type': 'application/json' };
      const { status, text } = await postRequest(agent, url, headers, body);
      if (status >= 200 && status < 300)
        return { result: 'accepted', eventId: /"event":"(evt_[0-9a-f]+)"/.exec(text)?.[1] };
      return { result: status >= 500 ? 'unavailable' : 'refused' };
    } catch (error) {
      return { result: (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'unreachable' : 'lost' };
    }
  }

  #count(): void {
    this.#accepted += 1;
    for (const waiting of this.#waiting.filter(({ count }) => count <= this.#accepted)) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }
}

const isTriedAgain = (result: PostResult | undefined): boolean =>
  result !== 'accepted' && result !== 'refused';
