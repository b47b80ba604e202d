/** An ERP's order from an order of 60 lines, some of them with taxes, discounts and properties. */
import type { MappingCase } from './mappingCase.ts';

const line = (n: number) => ({
  id: 866550311766439000 + n * 128,
  variant_id: 808950810 + n,
  title: `Item ${n}`,
  name: `Item ${n} - ${n % 3 === 0 ? 'red' : 'blue'}`,
  sku: n % 7 === 0 ? '' : `SKU-${1000 + n}`,
  quantity: (n % 4) + 1,
  price: (9.5 + n / 4).toFixed(2),
  grams: 120 + n,
  taxable: true,
  requires_shipping: n % 10 !== 0,
  fulfillment_status: null,
  total_discount: n % 5 === 0 ? '1.50' : '0.00',
  tax_lines: [
    { title: 'VAT', price: (0.19 * (9.5 + n / 4)).toFixed(2), rate: 0.19 },
    ...(n % 6 === 0 ? [{ title: 'Eco', price: '0.10', rate: 0.01 }] : []),
  ],
  properties: n % 8 === 0 ? [{ name: 'engraving', value: `No. ${n}` }] : [],
});

const payload = {
  id: 820982911946154500,
  name: '#9999',
  email: 'jon@example.com',
  created_at: '2026-05-04T10:00:00-04:00',
  currency: 'USD',
  financial_status: 'paid',
  customer: { id: 115310627314723950, first_name: 'John', last_name: 'Smith', tags: 'vip, newsletter' },
  shipping_address: {
    name: 'Steve Shipper',
    address1: '123 Shipping Street',
    address2: null,
    city: 'Shippington',
    province_code: 'KY',
    zip: '40003',
    country_code: 'US',
  },
  shipping_lines: [{ code: 'STD', title: 'Standard', price: '10.00' }],
  line_items: Array.from({ length: 60 }, (_, n) => line(n)),
};

export const order: MappingCase = {
  name: 'ERP order of 60 lines',
  input: { payload, event: { id: 'evt_3', type: 'orders.create' } },
  text: `(
  $lines := payload.line_items;
  {
    "orderNumber": $substringAfter(payload.name, "#"),
    "customer": {
      "id": $string(payload.customer.id),
      "name": payload.customer.first_name & " " & payload.customer.last_name,
      "vip": "vip" in $split(payload.customer.tags, ", ")
    },
    "shipTo": payload.shipping_address.{
      "name": name,
      "street": $join([address1, address2[$ != null]], ", "),
      "city": city,
      "region": province_code,
      "postcode": zip,
      "country": country_code
    },
    "lines": [$lines[requires_shipping].{
      "position": $string(variant_id),
      "sku": sku != "" ? sku : "NO-SKU-" & variant_id,
      "text": $uppercase($substring(title, 0, 1)) & $substring(title, 1),
      "quantity": quantity,
      "unitPrice": $number(price),
      "discount": $number(total_discount),
      "net": $round($number(price) * quantity - $number(total_discount), 2),
      "tax": $sum(tax_lines.$number(price)),
      "engraving": properties[name = "engraving"].value
    }],
    "freight": $sum(payload.shipping_lines.price.$number($)),
    "weight": $sum($lines.(grams * quantity)) / 1000,
    "total": $round($sum($lines.($number(price) * quantity - $number(total_discount))), 2)
  }
)`,
  byHand: input => {
    const body = (input as { payload: typeof payload }).payload;
    const round = (value: number) => Number(value.toFixed(2));
    const { line_items: lines, shipping_address: to } = body;
    const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);
    return {
      orderNumber: body.name.slice(1),
      customer: {
        id: String(body.customer.id),
        name: `${body.customer.first_name} ${body.customer.last_name}`,
        vip: body.customer.tags.split(', ').includes('vip'),
      },
      shipTo: {
        name: to.name,
        street: [to.address1, to.address2].filter(part => part !== null).join(', '),
        city: to.city,
        region: to.province_code,
        postcode: to.zip,
        country: to.country_code,
      },
      lines: lines
        .filter(one => one.requires_shipping)
        .map(one => {
          const engraving = one.properties.find(property => property.name === 'engraving')?.value;
          return {
            position: String(one.variant_id),
            sku: one.sku !== '' ? one.sku : `NO-SKU-${one.variant_id}`,
            text: one.title.slice(0, 1).toUpperCase() + one.title.slice(1),
            quantity: one.quantity,
            unitPrice: Number(one.price),
            discount: Number(one.total_discount),
            net: round(Number(one.price) * one.quantity - Number(one.total_discount)),
            tax: sum(one.tax_lines.map(tax => Number(tax.price))),
            ...(engraving === undefined ? {} : { engraving }),
          };
        }),
      freight: sum(body.shipping_lines.map(one => Number(one.price))),
      weight: sum(lines.map(one => one.grams * one.quantity)) / 1000,
      total: round(sum(lines.map(one => Number(one.price) * one.quantity - Number(one.total_discount)))),
    };
  },
};
