import { customerOnboarding } from './customer-onboarding.ts';
import { expressCheckout } from './express-checkout.ts';
import { gdprDeletion } from './gdpr-deletion.ts';
import { inventorySync } from './inventory-sync.ts';
import { invoicePrint, invoiceRun } from './invoice-run.ts';
import { loyaltyPoints } from './loyalty-points.ts';
import { mediaPipeline } from './media-pipeline.ts';
import { nightlyEtl } from './nightly-etl.ts';
import { orderFulfilment } from './order-fulfilment.ts';
import { priceUpdate } from './price-update.ts';
import { refund } from './refund.ts';
import { reportPoller } from './report-poller.ts';
import type { Scenario } from './scenario.ts';
import { searchSuggestions } from './search-suggestions.ts';
import { warehouseRobot } from './warehouse-robot.ts';

/** acme-shop: a shop and its data platform, one state machine a file. */
export const SCENARIOS: readonly Scenario[] = [
  orderFulfilment,
  nightlyEtl,
  mediaPipeline,
  inventorySync,
  warehouseRobot,
  reportPoller,
  expressCheckout,
  searchSuggestions,
  customerOnboarding,
  refund,
  gdprDeletion,
  invoiceRun,
  invoicePrint,
  priceUpdate,
  loyaltyPoints,
];
