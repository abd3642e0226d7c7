const TEST_WORDS = ['test', 'testing', 'publictest', 'privatetest'];

/** Whether a split is one that results are reported on: `test`, `Test_Set`, `PublicTest`, `FER2013Test`. */
export function isTestSplit(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => TEST_WORDS.includes(word));
}
