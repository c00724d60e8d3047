/**
 * Recordings that replay does not explain, each with its reason. The conformance test fails when a recording
 * diverges that is not named here, and when one that is named here no longer does: this list only shrinks.
 */
export const UNEXPLAINED: Readonly<Record<string, string>> = {
  'found/cumulus-catch-fail.json':
    'the definition that is stored with it is a later revision: the call of the function has no `task_config`, which a constant of Parameters could not lose; the input still holds these settings under `workflow_config`, as the older revision read them; and the failure was caught at once, where the stored definition retries States.ALL',
  'found/cumulus-retry-catch-fail.json':
    'the definition that is stored with it is a later revision: the four calls of the function have no `task_config`, which a constant of Parameters could not lose; the input still holds these settings under `workflow_config`, as the older revision read them',
};
