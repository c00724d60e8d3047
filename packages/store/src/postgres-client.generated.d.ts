/** postgres.js with its handling of lost connections put right; see `scripts/derive-postgres.mjs`. */

import postgres from 'postgres';

export default postgres;
