/** Events that a Standard execution may record; at the last one the service fails it. */
export const HISTORY_LIMIT = 25_000;
