/** How a payload is damaged, one place at a time, to see what a mapping does then. */

/** In the order of how often providers do it. */
export const MUTATIONS = ['dropped', 'null', 'retyped', 'one', 'empty'] as const;
export type Mutation = (typeof MUTATIONS)[number];
