/** The report's style, on a screen and on paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1.5rem; font: 14px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.6rem; }
h2 { margin-top: 2rem; font-size: 1.1rem; }
table { border-collapse: collapse; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid light-dark(#d9dee6, #3a4150); text-align: left; vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; }
.number, thead .number { text-align: right; }
.facts td, .changes td, .changes th { overflow-wrap: anywhere; }
.changes { font-size: 12px; }
.changes td, .changes th { min-width: 4.5rem; padding-inline: 0.4rem; }
.changes th[scope='row'] { min-width: 8rem; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; } tr { break-inside: avoid; } }
`;
