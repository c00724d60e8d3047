import { atEvents } from '../evidence.ts';
import { after, entered, exited, recorded, started } from '../example-history.ts';
import type { ExecutionRule } from '../rule.ts';

const greeting = {
  StartAt: 'Greet',
  States: { Greet: { Type: 'Pass', Result: { hello: 'world' }, End: true } },
};

const greeted = (output: string) =>
  recorded([
    started(),
    entered('Pass', 'Greet', 0, 0),
    exited('Pass', 'Greet', 2, 0, output),
    ['ExecutionSucceeded', 3, 0, { executionSucceededEventDetails: { output } }],
  ]);

export const executionDiverges: ExecutionRule = {
  id: 'execution-diverges',
  subject: 'execution',
  severity: 'high',
  title: 'History that the definition does not explain',
  why: 'What was recorded is not what this definition does with this input: the history was altered, belongs to another revision, or the service behaved in a way that this product does not know. As evidence it is worth less until that is cleared up.',
  mend: 'Compare the expected with the recorded value at the event, and check which revision the execution ran with. If both are right, report it as a defect of replay.',
  reference: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html',
  messages: {
    diverges:
      'What is recorded disagrees with the definition, first at event {eventId} in {state} ({kind}); disagreements: {count}.',
  },
  examples: {
    valid: [
      {
        title: 'the recorded output is the one that the definition gives',
        type: 'STANDARD',
        definition: greeting,
        history: greeted('{"hello":"world"}'),
        now: after(1),
      },
    ],
    invalid: [
      {
        title: 'an output that the Pass state cannot have given',
        type: 'STANDARD',
        definition: greeting,
        history: greeted('{"hello":"moon"}'),
        now: after(1),
      },
    ],
  },
  *check({ trace, executionArn }) {
    const [first] = trace.divergences;
    if (first === undefined) return;
    const pointer = trace.visits.find((visit) => visit.state === first.state)?.pointer;
    yield {
      severity: 'high',
      message: 'diverges',
      data: {
        count: trace.divergences.length,
        kind: first.kind,
        eventId: first.eventId,
        state: first.state ?? 'the execution itself',
      },
      evidence: atEvents(
        executionArn,
        trace.divergences.map((divergence) => divergence.eventId),
        pointer,
      ),
      key: 'execution',
    };
  },
};
