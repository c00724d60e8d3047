/*
 * Mutations that mean something and are not reported where they are, each with why nobody could know. The mutation
 * test fails on any other.
 */

export interface Unknowable {
  readonly subject: 'history' | 'definition' | 'sibling';
  /** Of the mutation's kind. */
  readonly kind: RegExp;
  /** Of what replay said instead. */
  readonly said: RegExp;
  readonly why: string;
}

export const UNKNOWABLE: readonly Unknowable[] = [
  {
    subject: 'history',
    kind: /^cause: (another|gone)/,
    said: /the wording of AWS's cause|The recorded cause is not the one that led here/,
    why: 'AWS words the cause of a failed evaluation itself: of such a sentence the state, the event, and the paths and names in it can be checked, its words cannot. A change of the words shows at the next event that quotes them.',
  },
  {
    subject: 'history',
    kind: /^cause: another/,
    said: /^agrees$/,
    why: 'A service refused the parameters of a task: that they are the right ones is checked, what is wrong with them only the service knows.',
  },
  {
    subject: 'history',
    kind: /another value/,
    said: /masked/,
    why: 'A data protection policy has masked the value in the log: what it was is not in it.',
  },
  {
    subject: 'history',
    kind: /^(output|variable): a key dropped/,
    said: /^agrees$|RedriveCount|AWS's clock/,
    why: 'The key is `RedriveCount` of the context object: executions from before there were redrives lack it, and the time of a recording does not tell which they are. It shows at the next event if that one has it.',
  },
  {
    subject: 'history',
    kind: /^event: dropped, closed up/,
    said: /^agrees$/,
    why: 'A TaskStateAborted beside a failure: recordings have these markers for some of the tasks that were cut and lack them for others.',
  },
  {
    subject: 'definition',
    kind: /^MaxConcurrency/,
    said: /^agrees$/,
    why: 'MaxConcurrency is an upper bound: of a Map inside a Map it is in no reference how many of its items start at once.',
  },
  ...(['definition', 'sibling'] as const).flatMap((subject): readonly Unknowable[] => [
    {
      subject,
      kind: /./,
      said: /the wording of AWS's cause/,
      why: "The execution fails at the same place in both definitions, and only AWS's own sentence about it would differ, in a value or in words that recordings do not settle.",
    },
    {
      subject,
      kind: /./,
      said: /in no reference|how AWS writes/,
      why: 'What AWS does with the other definition there is in no reference and in no recording: replay says so rather than guess.',
    },
    {
      subject,
      kind: /./,
      said: /random/,
      why: 'The other definition draws a random value where the record has this one, and any may be drawn.',
    },
    {
      subject,
      kind: /./,
      said: /withheld/,
      why: 'The log records were written without execution data: what a state makes of its input is not in them.',
    },
    {
      subject,
      kind: /./,
      said: /the items are read elsewhere/,
      why: 'An ItemReader reads the items elsewhere: how many there are, and what is wrong with them, the history of the parent does not tell.',
    },
  ]),
];
