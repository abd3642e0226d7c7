/** What a rem is on this screen: tokens.css lets it grow with the window. */
export const remInPixels = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
