/** Source of the scores that cleanlab also has. */
export const CLEANLAB =
  'Northcutt, Jiang, Chuang, "Confident Learning", arXiv 1911.00068, as in cleanlab 2.9';
