/** A journal entry from an invoice with four lines and taxes. */
import type { MappingCase } from './mappingCase.ts';

const line = (n: number) => ({
  id: `il_1Nx${n}`,
  object: 'line_item',
  amount: 1900 + n * 350,
  currency: 'eur',
  description: `${n + 1} × Seat (at €19.00 / month)`,
  discountable: true,
  period: { start: 1777593600 + n, end: 1780272000 + n },
  price: { id: `price_${n}`, nickname: n % 2 === 0 ? 'seat' : null, product: `prod_${n}`, unit_amount: 1900 },
  proration: n === 3,
  quantity: n + 1,
  tax_amounts: [{ amount: 361 + n, inclusive: false, tax_rate: 'txr_19' }],
  metadata: n === 1 ? { cost_center: 'CC-200' } : {},
});

const payload = {
  id: 'evt_1Nx0',
  object: 'event',
  type: 'invoice.paid',
  created: 1777600000,
  livemode: true,
  data: {
    object: {
      id: 'in_1Nx0',
      object: 'invoice',
      number: 'ACME-0042',
      currency: 'eur',
      customer: 'cus_9',
      customer_name: 'Acme GmbH',
      customer_address: { city: 'Berlin', country: 'DE', postal_code: '10115' },
      subtotal: 9700,
      tax: 1450,
      total: 11150,
      amount_paid: 11150,
      status_transitions: { finalized_at: 1777599000, paid_at: 1777599900 },
      lines: { object: 'list', data: [0, 1, 2, 3].map(line), has_more: false },
    },
  },
};

export const invoice: MappingCase = {
  name: 'journal entry from an invoice',
  input: { payload, event: { id: 'evt_2', type: 'invoice.paid' } },
  text: `(
  $invoice := payload.data.object;
  $money := function($minor) { $formatNumber($minor / 100, "0.00") };
  {
    "reference": $invoice.number,
    "date": $fromMillis($invoice.status_transitions.paid_at * 1000, "[Y0001]-[M01]-[D01]"),
    "currency": $uppercase($invoice.currency),
    "partner": { "id": $invoice.customer, "name": $invoice.customer_name, "country": $invoice.customer_address.country },
    "debit": [{ "account": "1200", "amount": $money($invoice.amount_paid) }],
    "credit": $append(
      $invoice.lines.data.{
        "account": proration ? "4410" : "4400",
        "amount": $money(amount),
        "text": description,
        "costCenter": $exists(metadata.cost_center) ? metadata.cost_center : "CC-100"
      },
      { "account": "3806", "amount": $money($sum($invoice.lines.data.tax_amounts.amount)), "text": "VAT" }
    ),
    "balanced": $sum($invoice.lines.data.amount) + $invoice.tax = $invoice.total
  }
)`,
  byHand: input => {
    const body = (input as { payload: typeof payload }).payload.data.object;
    const money = (minor: number) => (minor / 100).toFixed(2);
    const lines = body.lines.data;
    return {
      reference: body.number,
      date: new Date(body.status_transitions.paid_at * 1000).toISOString().slice(0, 10),
      currency: body.currency.toUpperCase(),
      partner: { id: body.customer, name: body.customer_name, country: body.customer_address.country },
      debit: [{ account: '1200', amount: money(body.amount_paid) }],
      credit: [
        ...lines.map(one => ({
          account: one.proration ? '4410' : '4400',
          amount: money(one.amount),
          text: one.description,
          costCenter: (one.metadata as { cost_center?: string }).cost_center ?? 'CC-100',
        })),
        {
          account: '3806',
          amount: money(lines.flatMap(one => one.tax_amounts).reduce((sum, tax) => sum + tax.amount, 0)),
          text: 'VAT',
        },
      ],
      balanced: lines.reduce((sum, one) => sum + one.amount, 0) + body.tax === body.total,
    };
  },
};
