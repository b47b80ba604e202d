/** How a payload can be damaged, and what of it an integrator says is right: the words of `accept:` in route.yaml. */

/** In the order of how often providers do it. */
export const MUTATIONS = ['dropped', 'null', 'retyped', 'one', 'empty'] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** A silent change that the integrator knows of, as `accept:` in route.yaml has it. */
export interface Acceptance {
  /** `payload.customer.email`, `payload.items[].sku`, `payload.customer.**`. */
  readonly path: string;
  readonly change: readonly Mutation[];
  readonly reason: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
