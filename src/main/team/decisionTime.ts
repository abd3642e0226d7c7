/** ISO 8601: a day, or a day and a time. Other forms mean another day in another country. */
const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** What a person can do where a time has another form. */
export const TIME_HINT =
  'Times are ISO 8601, as in 2026-01-31T12:00:00Z. In a spreadsheet, give the column the format yyyy-mm-dd hh:mm:ss.';

/**
 * The time that a text means, in milliseconds since 1970, also as databases and other programs write ISO 8601; without a zone it is this
 * computer's. NaN where it is not such a time, or a day that no month has.
 */
export function parseDecisionTime(text: string): number {
  const [, day, time, zone = ''] = TIME.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return Number.NaN;
  return Date.parse(time === undefined ? day : `${day}T${time}${isoZone(zone)}`);
}

/** `Date` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const parsed = Date.parse(day);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(day);
}

function isoZone(zone: string): string {
  if (/^[a-z]/i.test(zone)) return 'Z';
  return zone.replace(/^([+-]\d{2}):?(\d{2})?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`);
}
