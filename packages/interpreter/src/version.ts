/**
 * Version of what replay concludes from a history, and the rules from a trace. Raise it by one whenever they conclude
 * something else of the same history: stored conclusions of an older version are then known to be stale, and `rebuild`
 * replays them.
 */
export const INTERPRETER_VERSION = 10;
