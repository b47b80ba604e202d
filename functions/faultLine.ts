/**
 * The log line of a fault of our own. The error's message is left out, since a parser's message quotes what it parsed;
 * its name and the places in our code are enough to find it.
 * @param now - milliseconds since the epoch.
 */
export function faultLine(error: unknown, requestId: string, now: number): object {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error('thrown value');
  // The stack begins with the message, which may have lines that look like places.
  const at = stack.indexOf(message);
  const trace = at < 0 ? stack : stack.slice(at + message.length);
  const places = trace.split('\n').filter(line => /^\s+at /.test(line));
  return {
    line: 'fault',
    at: new Date(now).toISOString(),
    error: name,
    places: places.map(place => place.trim()),
    requestId,
  };
}
