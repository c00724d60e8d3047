import { between, type Dice, hex, pick } from './dice.ts';

const FIRST = ['Jo', 'Sam', 'Alex', 'Kim', 'Robin', 'Chris', 'Toni', 'Noor', 'Mika', 'Lou'] as const;
const LAST = [
  'Example',
  'Sample',
  'Placeholder',
  'Specimen',
  'Testcase',
  'Fixture',
  'Dummy',
  'Mockup',
] as const;
type Product = readonly [sku: string, price: number];
const PRODUCTS: readonly [Product, ...Product[]] = [
  ['ACME-ANVIL-10', 89.9],
  ['ACME-ROCKET-SKATES', 249],
  ['ACME-MAGNET-XL', 129.5],
  ['ACME-PAINT-TUNNEL', 59],
  ['ACME-BIRDSEED-5KG', 14.95],
  ['ACME-TRAMPOLINE', 399],
  ['ACME-CATAPULT', 1290],
];

export interface Customer {
  readonly [member: string]: string;
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
}

/** Somebody who does not exist. */
export function customerOf(dice: Dice): Customer {
  const first = pick(dice, FIRST, 'first');
  const last = pick(dice, LAST, 'last');
  return {
    customerId: `C-${hex(dice, 6, 'customer')}`,
    name: `${first} ${last}`,
    email: `${first}.${last}@example.com`.toLowerCase(),
  };
}

export interface Line {
  readonly [member: string]: string | number;
  readonly sku: string;
  readonly quantity: number;
  readonly price: number;
}

export interface Order {
  readonly [member: string]: string | number | Customer | readonly Line[];
  readonly orderId: string;
  readonly customer: Customer;
  readonly lines: readonly Line[];
  readonly total: number;
  readonly currency: string;
}

/** An order of one to three lines. */
export function orderOf(dice: Dice, index: number): Order {
  const lines = Array.from({ length: between(dice, 1, 3, 'lines') }, (_, line): Line => {
    const [sku, price] = pick(dice, PRODUCTS, 'product', line);
    return { sku, quantity: between(dice, 1, 3, 'quantity', line), price };
  });
  const total = Math.round(lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0) * 100) / 100;
  return { orderId: `A${20_000 + index}`, customer: customerOf(dice), lines, total, currency: 'EUR' };
}
