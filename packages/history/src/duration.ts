const ISO_8601 = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1];

/**
 * A duration that someone wrote, in seconds: a number of them (`90`, `0.5`) or ISO 8601 in weeks, days, hours, minutes
 * and seconds (`PT1H30M`, `P2D`). undefined where it is none; months and years have no length.
 */
export function readDuration(text: string): number | undefined {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text);
  const parts = text.length > 40 ? undefined : ISO_8601.exec(text)?.slice(1);
  if (parts === undefined || text.endsWith('T') || parts.every((part) => part === undefined))
    return undefined;
  const seconds = parts.reduce((sum, part, at) => sum + Number(part ?? 0) * (SECONDS[at] ?? 0), 0);
  return seconds < 1e12 ? seconds : undefined;
}
