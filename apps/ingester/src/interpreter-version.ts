/**
 * Version of what replay and the rules conclude from a history. Raise it when they conclude something else: `rebuild`
 * replays what an older version concluded.
 */
export const INTERPRETER_VERSION = 1;
