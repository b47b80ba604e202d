/** A CRM's contact from a form's answers: found by their field, with defaults for what was not answered. */
import type { MappingCase } from './mappingCase.ts';

const payload = {
  event_id: '01H',
  event_type: 'form_response',
  form_response: {
    form_id: 'lT4Z3j',
    submitted_at: '2026-05-04T10:00:00Z',
    hidden: { campaign: 'spring' },
    answers: [
      { type: 'text', text: 'Ada Lovelace', field: { id: 'f1', type: 'short_text', ref: 'name' } },
      { type: 'email', email: 'Ada@Example.com', field: { id: 'f2', type: 'email', ref: 'email' } },
      {
        type: 'choice',
        choice: { label: '11-50' },
        field: { id: 'f3', type: 'multiple_choice', ref: 'size' },
      },
      { type: 'boolean', boolean: true, field: { id: 'f4', type: 'yes_no', ref: 'newsletter' } },
      {
        type: 'choices',
        choices: { labels: ['sms', 'mail'] },
        field: { id: 'f5', type: 'multiple_choice', ref: 'ways' },
      },
      { type: 'number', number: 3, field: { id: 'f6', type: 'number', ref: 'seats' } },
    ],
  },
};

type Answer = { readonly field: { readonly ref: string } } & Readonly<Record<string, unknown>>;

export const contact: MappingCase = {
  name: 'contact from a form',
  input: { payload, event: { id: 'evt_5', type: 'form_response' } },
  text: `(
  $answers := payload.form_response.answers;
  $name := $answers[field.ref = "name"].text;
  {
    "externalId": payload.form_response.form_id & ":" & payload.event_id,
    "firstName": $substringBefore($name, " "),
    "lastName": $substringAfter($name, " "),
    "email": $lowercase($answers[field.ref = "email"].email),
    "companySize": $answers[field.ref = "size"].choice.label,
    "seats": $answers[field.ref = "seats"].number * 1,
    "optIn": $answers[field.ref = "newsletter"].boolean = true,
    "channels": [$answers[field.ref = "ways"].choices.labels],
    "campaign": payload.form_response.hidden.campaign ? payload.form_response.hidden.campaign : "none",
    "phone": $answers[field.ref = "phone"].phone_number
  }
)`,
  byHand: input => {
    const body = (input as { payload: typeof payload }).payload.form_response;
    const find = (ref: string): Partial<Answer> =>
      (body.answers as readonly Answer[]).find(one => one.field.ref === ref) ?? {};
    const name = find('name')['text'] as string;
    const phone = find('phone')['phone_number'];
    return {
      externalId: `${body.form_id}:${(input as { payload: typeof payload }).payload.event_id}`,
      firstName: name.slice(0, name.indexOf(' ')),
      lastName: name.slice(name.indexOf(' ') + 1),
      email: (find('email')['email'] as string).toLowerCase(),
      companySize: (find('size')['choice'] as { label: string }).label,
      seats: find('seats')['number'],
      optIn: find('newsletter')['boolean'] === true,
      channels: (find('ways')['choices'] as { labels: string[] }).labels,
      campaign: body.hidden.campaign || 'none',
      ...(phone === undefined ? {} : { phone }),
    };
  },
};
