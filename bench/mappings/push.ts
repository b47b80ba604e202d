/** A chat message from a push of three commits. */
import type { MappingCase } from './mappingCase.ts';

const commit = (n: number) => ({
  id: `7fd1a60b01f91b314f59955a4e4d4e80d8edf1${n}`,
  message: `Fix the rounding of refunds ${n}\n\nLonger text that nobody reads in a chat.`,
  timestamp: `2026-05-04T10:0${n}:00Z`,
  url: `https://github.com/acme/shop/commit/7fd1a60b01f91b314f59955a4e4d4e80d8edf1${n}`,
  author: { name: 'Ada Example', email: 'ada@example.com', username: 'ada' },
  committer: { name: 'GitHub', email: 'noreply@github.com', username: 'web-flow' },
  added: n === 0 ? ['src/refund.ts'] : [],
  removed: [],
  modified: ['src/order.ts', 'test/order.test.ts'],
});

const payload = {
  ref: 'refs/heads/main',
  before: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
  after: '7fd1a60b01f91b314f59955a4e4d4e80d8edf12',
  repository: {
    id: 186853002,
    name: 'shop',
    full_name: 'acme/shop',
    html_url: 'https://github.com/acme/shop',
    owner: { login: 'acme', id: 21031067, type: 'Organization' },
    default_branch: 'main',
  },
  pusher: { name: 'ada', email: 'ada@example.com' },
  sender: { login: 'ada', id: 21031068, type: 'User', html_url: 'https://github.com/ada' },
  created: false,
  deleted: false,
  forced: false,
  compare: 'https://github.com/acme/shop/compare/6113728f27ae...7fd1a60b01f9',
  commits: [commit(0), commit(1), commit(2)],
};

export const push: MappingCase = {
  name: 'chat message from a push',
  input: { payload, event: { id: 'evt_1', type: 'push' } },
  text: `(
  $branch := $substringAfter(payload.ref, "refs/heads/");
  $pushed := $count(payload.commits);
  {
    "channel": "#" & payload.repository.name,
    "text": payload.pusher.name & " pushed " & $pushed & ($pushed = 1 ? " commit" : " commits")
      & " to " & payload.repository.full_name & ":" & $branch,
    "link": payload.compare,
    "urgent": payload.forced or $branch = payload.repository.default_branch,
    "commits": [payload.commits.{
      "id": $substring(id, 0, 7),
      "title": $substringBefore(message, "\n"),
      "author": author.username ? author.username : author.name,
      "files": $count(added) + $count(removed) + $count(modified),
      "url": url
    }]
  }
)`,
  byHand: input => {
    const { payload: body } = input as { payload: typeof payload };
    const branch = body.ref.includes('refs/heads/') ? body.ref.slice(11) : body.ref;
    const count = body.commits.length;
    return {
      channel: `#${body.repository.name}`,
      text: `${body.pusher.name} pushed ${count}${count === 1 ? ' commit' : ' commits'} to ${body.repository.full_name}:${branch}`,
      link: body.compare,
      urgent: body.forced || branch === body.repository.default_branch,
      commits: body.commits.map(one => ({
        id: one.id.slice(0, 7),
        title: one.message.split('\n', 1)[0],
        author: one.author.username || one.author.name,
        files: one.added.length + one.removed.length + one.modified.length,
        url: one.url,
      })),
    };
  },
};
