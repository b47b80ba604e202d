/** Tickets from a list of alerts: map, filter, sort, reduce, group, strings and dates. */
import type { MappingCase } from './mappingCase.ts';

const alert = (n: number) => ({
  id: `Q${n}`,
  created_at: `2026-05-04T0${n % 10}:15:00Z`,
  severity: ['critical', 'error', 'warning', 'info'][n % 4] as string,
  status: n % 9 === 0 ? 'resolved' : 'triggered',
  service: { id: `S${n % 5}`, summary: `Service ${n % 5}`, team: n % 5 === 4 ? null : `team-${n % 3}` },
  summary: `  disk ${n} is nearly FULL  `,
  details: { host: `web-${n}.example.com`, free: n / 10, tags: n % 2 === 0 ? ['disk', 'prod'] : ['disk'] },
});

const payload = { alerts: Array.from({ length: 30 }, (_, n) => alert(n)) };

const RANK: Readonly<Record<string, number>> = { critical: 1, error: 2, warning: 3 };

export const fanOut: MappingCase = {
  name: 'fan-out of 30 alerts',
  input: { payload, event: { id: 'evt_4', type: 'alerts' } },
  text: `(
  $rank := { "critical": 1, "error": 2, "warning": 3 };
  $open := $filter(payload.alerts, function($alert) { $alert.status != "resolved" and $alert.severity != "info" });
  $tickets := $map($open, function($alert) {(
    $host := $substringBefore($alert.details.host, ".");
    {
      "key": $lowercase($alert.service.id) & "-" & $alert.id,
      "title": $trim($alert.summary),
      "host": $host,
      "priority": $lookup($rank, $alert.severity),
      "team": $alert.service.team != null ? $alert.service.team : "unassigned",
      "labels": [$alert.details.tags, $host],
      "due": $fromMillis($toMillis($alert.created_at) + 3600000)
    }
  )});
  {
    "tickets": $tickets^(priority, >key),
    "byTeam": $tickets{ team: $count($) },
    "worst": $reduce($tickets, function($worst, $ticket) {
      $ticket.priority < $worst.priority ? $ticket : $worst
    }).key,
    "hosts": $join($sort($distinct($tickets.host)), ", ")
  }
)`,
  byHand: input => {
    const body = (input as { payload: typeof payload }).payload;
    const tickets = body.alerts
      .filter(one => one.status !== 'resolved' && one.severity !== 'info')
      .map(one => {
        const host = one.details.host.split('.', 1)[0] as string;
        return {
          key: `${one.service.id.toLowerCase()}-${one.id}`,
          title: one.summary.trim(),
          host,
          priority: RANK[one.severity] as number,
          team: one.service.team ?? 'unassigned',
          labels: [...one.details.tags, host],
          due: new Date(Date.parse(one.created_at) + 3600000).toISOString(),
        };
      });
    const byTeam: Record<string, number> = {};
    for (const one of tickets) byTeam[one.team] = (byTeam[one.team] ?? 0) + 1;
    return {
      tickets: tickets.toSorted((a, b) => a.priority - b.priority || (a.key < b.key ? 1 : -1)),
      byTeam,
      worst: tickets.reduce((worst, one) => (one.priority < worst.priority ? one : worst)).key,
      hosts: [...new Set(tickets.map(one => one.host))].sort().join(', '),
    };
  },
};
