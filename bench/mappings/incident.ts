/** A ticket from an incident: choices, defaults, a time limit by priority, and whoever is on call. */
import type { MappingCase } from './mappingCase.ts';

const payload = {
  event: {
    id: '01CH754SM17TWPE2V2H4VPBRO7',
    event_type: 'incident.triggered',
    occurred_at: '2026-05-04T10:00:00.000Z',
    data: {
      id: 'PGR0VU2',
      type: 'incident',
      html_url: 'https://acme.example.com/incidents/PGR0VU2',
      number: 2,
      status: 'triggered',
      title: 'A little bump in the road',
      urgency: 'high',
      service: { id: 'PF9KMXH', summary: 'API Service', type: 'service_reference' },
      assignees: [
        { id: 'PTUXL6G', summary: 'User 123', type: 'user_reference' },
        { id: 'PTUXL6H', summary: 'User 456', type: 'user_reference' },
      ],
      escalation_policy: { id: 'PUS0KTE', summary: 'Default', type: 'escalation_policy_reference' },
      teams: [{ id: 'PFCVPS0', summary: 'Engineering', type: 'team_reference' }],
      priority: { id: 'PSO75BM', summary: 'P1', type: 'priority_reference' },
      conference_bridge: {
        conference_number: '+1 1234123412,,987654321#',
        conference_url: 'https://example.com',
      },
      resolve_reason: null,
    },
  },
};

const HOURS: Readonly<Record<string, number>> = { P1: 4, P2: 24 };

export const incident: MappingCase = {
  name: 'ticket from an incident',
  input: { payload, event: { id: 'evt_6', type: 'incident.triggered' } },
  text: `payload.event.(
  $urgent := data.urgency = "high";
  $priority := data.priority.summary ? data.priority.summary : ($urgent ? "P2" : "P4");
  $hours := $priority = "P1" ? 4 : $priority = "P2" ? 24 : 72;
  {
    "externalId": "pd-" & data.number,
    "subject": "[" & $priority & "] " & data.title,
    "state": event_type = "incident.resolved" ? "closed" : $urgent and $priority in ["P1", "P2"] ? "urgent" : "open",
    "group": data.teams[0].summary ? data.teams[0].summary : data.service.summary,
    "assignee": data.assignees[0].summary,
    "watchers": [data.assignees[[1..9]].summary],
    "due": $fromMillis($toMillis(occurred_at) + $hours * 3600000),
    "tags": ["pagerduty", $lowercase($priority), data.service.id],
    "link": { "url": data.html_url, "bridge": data.conference_bridge.conference_url },
    "closedBecause": data.resolve_reason.summary
  }
)`,
  byHand: input => {
    const { event } = (input as { payload: typeof payload }).payload;
    const { data } = event;
    const urgent = data.urgency === 'high';
    const priority = data.priority?.summary || (urgent ? 'P2' : 'P4');
    const hours = HOURS[priority] ?? 72;
    return {
      externalId: `pd-${data.number}`,
      subject: `[${priority}] ${data.title}`,
      state:
        event.event_type === 'incident.resolved'
          ? 'closed'
          : urgent && ['P1', 'P2'].includes(priority)
            ? 'urgent'
            : 'open',
      group: data.teams[0]?.summary || data.service.summary,
      assignee: data.assignees[0]?.summary,
      watchers: data.assignees.slice(1, 10).map(one => one.summary),
      due: new Date(Date.parse(event.occurred_at) + hours * 3600000).toISOString(),
      tags: ['pagerduty', priority.toLowerCase(), data.service.id],
      link: { url: data.html_url, bridge: data.conference_bridge.conference_url },
    };
  },
};
