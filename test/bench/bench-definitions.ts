import { parse } from '@steptrail/asl';
import { checkDefinition } from '@steptrail/rules';
import fc from 'fast-check';
import { madeMachines } from '../properties/machines.ts';
import { report, timeInTurns } from './measure.ts';

/** Definitions a second that the architecture aims at (section 7). */
const AIM = 2000;

/** Definitions from text to problems and findings, as `steptrail lint` has them. */
export function benchDefinitions(): void {
  const made = fc.sample(madeMachines, { seed: 1, numRuns: 300 });
  const texts = made.map(({ definition }) => JSON.stringify(definition, null, 2));
  const stateMachineArn = 'arn:aws:states:us-east-1:111122223333:stateMachine:bench';
  const lint = () =>
    texts.map((text) => {
      const parsed = parse(text, { type: 'STANDARD' });
      return parsed.ok
        ? checkDefinition({ stateMachineArn, type: 'STANDARD', machine: parsed.machine })
        : parsed.problems;
    });
  const perSecond = (texts.length / timeInTurns({ lint }).of('lint')) * 1000;
  const facts = {
    definitions: texts.length,
    bytes: texts.reduce((sum, text) => sum + text.length, 0),
    findings: lint().flat().length,
  };
  const ratio = perSecond / AIM;
  report('definitions validated and linted', perSecond, 'a second', { floor: AIM, ratio, ...facts });
}
