/**
 * The answer header by which whoever was called ends the process that called it: `now`, or `after-line` for the moment
 * when the log line about that delivery has been handed over.
 */
export const CRASH_HEADER = 'x-crash';

/** In the functions' environment: a folder in which a file `dlv_….before-request` ends the process before its request. */
export const CRASH_FOLDER = 'CRASH_FOLDER';
/** In the functions' environment: of the processes' lifetimes. */
export const CRASH_SEED = 'CRASH_SEED';

export const beforeRequestCue = (deliveryId: string): string => `${deliveryId}.before-request`;
