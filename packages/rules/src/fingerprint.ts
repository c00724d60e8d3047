import { createHash } from 'node:crypto';
import type { Finding } from './rule.ts';

/**
 * What makes a finding the same one at the next run: sha256 in hex over rule, subject and key.
 * @param subjectArn the state machine's ARN for a definition finding, the execution's ARN for an execution finding
 */
export function fingerprint(finding: Pick<Finding, 'ruleId' | 'key'>, subjectArn: string): string {
  return createHash('sha256')
    .update(JSON.stringify([finding.ruleId, subjectArn, finding.key]))
    .digest('hex');
}
