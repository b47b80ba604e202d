/** A budget for what strangers can make us do: once a second for each name, in this execution environment. */
export type MayExamine = (name: string, now: number) => boolean;

const SECOND_MS = 1_000;

/** Names are those of configured sources, so what is remembered is bounded. */
export function onePerSecond(): MayExamine {
  const last = new Map<string, number>();
  return (name, now) => {
    const before = last.get(name);
    if (before !== undefined && now - before < SECOND_MS) return false;
    last.set(name, now);
    return true;
  };
}
