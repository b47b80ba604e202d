/** A relay in a process of its own, for a test that kills it. Tells its parent where the front door is. */
import { type RelayOptions, startRelay } from '../../local/relay.ts';

const options = JSON.parse(process.argv[2] ?? '') as RelayOptions;
const relay = await startRelay({ ...options, say: () => undefined, now: Date.now });
process.send?.(relay.frontDoorUrl);
