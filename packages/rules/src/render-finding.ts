import { ruleById } from './catalogue.ts';
import type { Finding } from './rule.ts';

/** A finding in words, for people: made when read, never stored. */
export interface RenderedFinding {
  readonly title: string;
  /** One or two sentences: what was found, where. */
  readonly text: string;
  readonly why: string;
  readonly mend: string;
  readonly reference: string;
}

/** The words of a finding. A finding of a rule that this version does not have keeps its data readable. */
export function renderFinding(finding: Finding): RenderedFinding {
  const rule = ruleById(finding.ruleId);
  const template = rule?.messages[finding.message];
  return {
    title: rule?.title ?? finding.ruleId,
    text: template === undefined ? describeData(finding) : fillTemplate(template, finding.data),
    why: rule?.why ?? '',
    mend: rule?.mend ?? '',
    reference: rule?.reference ?? '',
  };
}

/**
 * Fills `{placeholder}`s: keys ending in `At` as ISO 8601 in UTC, in `Seconds` as a duration, in `Bytes` as KiB,
 * other numbers with thousands separated; null as `unknown`. A placeholder without data stays as it is.
 */
export function fillTemplate(template: string, data: Finding['data']): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = data[key];
    return value === undefined ? whole : formatValue(key, value);
  });
}

function formatValue(key: string, value: string | number | null): string {
  if (value === null) return 'unknown';
  if (typeof value === 'string') return value;
  if (key.endsWith('At')) return formatTime(value);
  if (key.endsWith('Seconds')) return formatDuration(value);
  if (key.endsWith('Bytes')) return `${(value / 1024).toFixed(0)} KiB`;
  return formatNumber(value);
}

function formatTime(epochMilliseconds: number): string {
  const time = new Date(epochMilliseconds);
  return Number.isNaN(time.getTime()) ? 'unknown' : time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function formatNumber(value: number): string {
  const rounded = Number.isInteger(value) ? value : Math.round(value * 10) / 10;
  const [whole = '', fraction] = String(rounded).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest units: `3 d 4 h`, `12 min 5 s`, `0 s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${formatNumber(count)} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

function describeData(finding: Finding): string {
  const facts = Object.entries(finding.data).map(([key, value]) => `${key} ${formatValue(key, value)}`);
  return [`${finding.message}.`, ...facts].join(' ');
}
