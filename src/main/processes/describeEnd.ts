/** Lines of a JavaScript crash that do not say what happened: places in the code, carets, and Node's version. */
const NO_REASON = /^(\s*at |\s*\^+$|(file|node):\S+:\d+$|\/\S+:\d+$|Node\.js v)/;
const THROWN = /^(?:Uncaught )?(?:\w*(?:Error|Exception))(?: \[\w+\])?: (.+)$/;

/**
 * Why a process ended, for a message: how, and what the end of its stderr says about it in one line, never a stack trace.
 * @param how a clause
 */
export function describeEnd(how: string, stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !NO_REASON.test(line));
  const thrown = lines.map((line) => THROWN.exec(line)?.[1]).findLast((message) => message !== undefined);
  // A message of several lines is data for developers.
  const isData = thrown !== undefined && /[[{]$/.test(thrown);
  const reason = isData ? undefined : (thrown ?? lines.at(-1)?.trim());
  return reason === undefined ? how : `${how}: ${reason}`;
}
