declare module 'braintree' {
  interface Notification {
    readonly bt_signature: string;
    readonly bt_payload: string;
  }
  interface Gateway {
    readonly webhookTesting: { sampleNotification(kind: string, id: string): Notification };
    readonly webhookNotification: { parse(signature: string, payload: string): Promise<unknown> };
  }
  const braintree: {
    readonly BraintreeGateway: new (options: Readonly<Record<string, unknown>>) => Gateway;
    readonly Environment: { readonly Sandbox: unknown };
  };
  export default braintree;
}

declare module 'sns-validator' {
  export default class MessageValidator {
    validate(message: string, done: (error: Error | null) => void): void;
  }
}

declare module 'messagebird/lib/webhook-signature-jwt.js' {
  const jwt: {
    verify(url: string, payload: Uint8Array, token: string, key: unknown, options: unknown): Promise<boolean>;
    readonly VerifyOptions: new (url: boolean, payload: boolean, options: unknown) => unknown;
  };
  export default jwt;
}
