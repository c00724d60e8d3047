import type { Judgement } from './judge.ts';
import { UNKNOWABLE, type Unknowable } from './unknowable.ts';

/*
 * What became of many mutations, by kind.
 */

type Subject = Unknowable['subject'];
type Outcome = Judgement['outcome'];

export interface NotCaught {
  readonly subject: Subject;
  readonly kind: string;
  /** The recording, and where it was changed. */
  readonly where: string;
  readonly said: string;
}

export interface Survey {
  readonly note: (subject: Subject, kind: string, where: string, judgement: Judgement) => void;
  /** Of the mutations that mean something, the share that is caught at the right event. */
  readonly share: (subject?: Subject) => number;
  /** What is not caught and has no entry in UNKNOWABLE. */
  readonly unexcused: () => readonly NotCaught[];
  /** All of it as Markdown. */
  readonly report: (title: string) => string;
}

const OUTCOMES = ['caught', 'missed', 'misplaced', 'same meaning', 'invalid'] as const;

export const createSurvey = (): Survey => {
  const rows = new Map<string, Record<Outcome, number>>();
  const notCaught: NotCaught[] = [];

  const sum = (outcome: Outcome, subject?: Subject): number => {
    let total = 0;
    for (const [key, row] of rows)
      if (subject === undefined || key.startsWith(subject)) total += row[outcome];
    return total;
  };

  const share = (subject?: Subject): number => {
    const caught = sum('caught', subject);
    const meaningful = caught + sum('missed', subject) + sum('misplaced', subject);
    return meaningful === 0 ? 1 : caught / meaningful;
  };

  const excuseOf = ({ subject, kind, said }: NotCaught): Unknowable | undefined =>
    UNKNOWABLE.find((entry) => entry.subject === subject && entry.kind.test(kind) && entry.said.test(said));

  const percent = (part: number): string => `${(100 * part).toFixed(2)}%`;

  return {
    note: (subject, kind, where, judgement) => {
      const key = `${subject}: ${kind}`;
      const row = rows.get(key) ?? { caught: 0, missed: 0, misplaced: 0, 'same meaning': 0, invalid: 0 };
      row[judgement.outcome] += 1;
      rows.set(key, row);
      if (judgement.outcome === 'missed' || judgement.outcome === 'misplaced') {
        notCaught.push({ subject, kind, where, said: judgement.why });
      }
    },
    share,
    unexcused: () => notCaught.filter((each) => excuseOf(each) === undefined),
    report: (title) => {
      const lines = [
        title,
        '',
        `Of the mutations that mean something ${percent(share())} are reported at the right event: ${sum('caught')} caught, ${sum('missed')} not reported, ${sum('misplaced')} reported at another event. ${sum('same meaning')} more give an equally valid history, ${sum('invalid')} are no definition that AWS would take.`,
        '',
        `| mutation | ${OUTCOMES.join(' | ')} |`,
        `|---|${OUTCOMES.map(() => '---:').join('|')}|`,
        ...[...rows]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, row]) => `| ${key} | ${OUTCOMES.map((outcome) => row[outcome]).join(' | ')} |`),
        '',
        '## Not caught, and why it cannot be known',
        '',
      ];
      for (const entry of UNKNOWABLE) {
        const own = notCaught.filter((each) => excuseOf(each) === entry);
        if (own.length === 0) continue;
        lines.push(`**${own.length} × ${entry.subject}.** ${entry.why}`, '');
        const kinds = new Map<string, string[]>();
        for (const { kind, where } of own) kinds.set(kind, [...(kinds.get(kind) ?? []), where]);
        for (const [kind, places] of kinds)
          lines.push(`- ${kind}: ${[...new Set(places)].map((place) => `\`${place}\``).join(', ')}`);
        lines.push('');
      }
      return lines.join('\n');
    },
  };
};
