/** What it costs when we do not answer a provider: for whoever is woken by an alarm about a source. */

/** How a provider treats an endpoint that is late or refuses, as far as its catalogue entry knows. */
export interface ProviderPatience {
  /** As people write it. */
  readonly name: string;
  /** Whether the provider itself says so. */
  readonly isCertain: boolean;
  readonly acknowledgeWithinSeconds?: number;
  /** In words that finish a sentence: how often it repeats, and what it does when that was in vain. */
  readonly afterFailures?: string;
}

/** One or two sentences; undefined when nothing is known, as of a scheme that a source spells out itself. */
export function providerConsequence({
  patience,
}: {
  readonly patience?: ProviderPatience;
}): string | undefined {
  if (patience === undefined) return undefined;
  const { name, isCertain, acknowledgeWithinSeconds: seconds, afterFailures } = patience;
  const said = [
    ...(seconds === undefined
      ? []
      : [`${name} ${isCertain ? 'waits' : 'is said to wait'} ${seconds} s for an answer.`]),
    ...(afterFailures === undefined
      ? []
      : [`When there is none, it ${isCertain ? '' : 'probably '}${afterFailures}.`]),
  ];
  return said.length === 0 ? undefined : said.join(' ');
}
