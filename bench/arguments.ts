import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Read<Of extends Options> = ReturnType<typeof parseArgs<{ allowPositionals: true; options: Of }>>;

/**
 * The arguments of a benchmark. Where they do not fit its usage, and for --help, the usage is printed and the program ends.
 * @param usage the script and its arguments, optional ones in brackets: `bench/engine.ts FOLDER [MODEL ...] [--images 1024]`
 */
export function readArguments<const Of extends Options>(usage: string, options: Of): Read<Of> {
  const line = `usage: npx node ${usage}`;
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(line);
    process.exit(0);
  }
  try {
    const read = parseArgs({ allowPositionals: true, options });
    const [fewest, most] = positionalsOf(usage);
    const { length } = read.positionals;
    if (length >= fewest && length <= most) return read;
  } catch (error) {
    console.error((error as Error).message);
  }
  console.error(line);
  process.exit(2);
}

/** Ends the program where the argument is not a number. */
export function readNumber(word: string): number {
  const number = Number(word);
  if (!Number.isNaN(number)) return number;
  console.error(`Not a number: ${word}`);
  process.exit(2);
}

function positionalsOf(usage: string): [fewest: number, most: number] {
  const fewest = (usage.split(' [')[0] as string).split(' ').length - 1;
  const optional = usage.match(/\[(?!-)[^\]]*\]/g) ?? [];
  return [
    fewest,
    optional.some((part) => part.includes('...')) ? Number.POSITIVE_INFINITY : fewest + optional.length,
  ];
}
