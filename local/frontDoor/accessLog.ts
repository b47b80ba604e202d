/** A line of the gateway's access log, by the template's own format. */
import type { Access } from './frontDoor.ts';

/** What the gateway writes where it has no value. */
const NO_VALUE = '-';

export const accessLine = (format: string, access: Access): string =>
  format.replaceAll(/\$context\.([A-Za-z.]+)/g, (_, name: string) => access[name] ?? NO_VALUE);
