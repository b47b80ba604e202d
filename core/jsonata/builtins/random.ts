/** `$random` and `$shuffle`: the evaluation's own randomness, so that one seed gives one result. */
import type { Value } from '../values.ts';
import { define } from './define.ts';

export const random = define({
  name: 'random',
  signature: '<:n>',
  run: host => host.random(),
});

/** Fisher and Yates, inside out. */
export const shuffle = define({
  name: 'shuffle',
  signature: '<a:a>',
  run: (host, items: readonly Value[] | undefined) => {
    if (items === undefined || items.length <= 1) return items;
    host.budget.items(items.length);
    const shuffled: Value[] = [];
    items.forEach((item, index) => {
      const place = Math.floor(host.random() * (index + 1));
      if (place !== index) shuffled.push(shuffled[place]);
      shuffled[place] = item;
    });
    return shuffled;
  },
});
