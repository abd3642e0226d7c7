const COPIED_STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'paint-order',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
] as const;
const MARGIN = 16;
const TITLE_HEIGHT = 32;
const PNG_SCALE = 2;
const SVG = 'http://www.w3.org/2000/svg';

/**
 * Saves the current plot, in the colours of the current theme, with its title: ready for a paper or a slide.
 */
export async function saveFigure(
  plot: SVGSVGElement,
  title: string,
  fileName: string,
  format: 'svg' | 'png',
): Promise<void> {
  const { svg, width, height } = standaloneFigure(plot, title);
  await saveDrawing({ svg: new XMLSerializer().serializeToString(svg), width, height }, fileName, format);
}

/** An SVG file's text, and its size in CSS pixels. */
export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

export async function saveDrawing(drawing: Drawing, fileName: string, format: 'svg' | 'png'): Promise<void> {
  const svg = new Blob([drawing.svg], { type: 'image/svg+xml' });
  saveBlob(format === 'svg' ? svg : await rasterise(svg, drawing), `${fileName}.${format}`);
}

interface StandaloneFigure {
  svg: SVGSVGElement;
  width: number;
  height: number;
}

/** The plot without the page's style sheet: computed styles written onto each element, links turned into groups. */
function standaloneFigure(plot: SVGSVGElement, title: string): StandaloneFigure {
  const drawn = plot.viewBox.baseVal;
  const width = Math.ceil(drawn.width) + 2 * MARGIN;
  const height = Math.ceil(drawn.height) + 2 * MARGIN + TITLE_HEIGHT;
  const svg = element('svg', {
    xmlns: SVG,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
  }) as SVGSVGElement;
  const page = getComputedStyle(document.body);
  const heading = element('text', {
    x: MARGIN,
    y: MARGIN + 14,
    fill: page.color,
    'font-family': page.fontFamily,
    'font-size': 14,
    'font-weight': 600,
  });
  heading.textContent = title;
  const body = element('g', { transform: `translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})` });
  for (const child of plot.children) body.append(copyStyled(child));
  svg.append(element('rect', { width, height, fill: page.backgroundColor }), heading, body);
  return { svg, width, height };
}

function copyStyled(original: Element): Element {
  const name = original.localName === 'a' ? 'g' : original.localName;
  const copy = element(name, {});
  for (const { name: attribute, value } of original.attributes) {
    if (/^(class|style|tabindex|href|data-.*|aria-.*|role)$/.test(attribute)) continue;
    copy.setAttribute(attribute, value);
  }
  const computed = getComputedStyle(original);
  for (const property of COPIED_STYLES) copy.setAttribute(property, computed.getPropertyValue(property));
  for (const child of original.childNodes) {
    if (child instanceof Element) copy.append(copyStyled(child));
    else if (child.nodeType === Node.TEXT_NODE) copy.append(child.cloneNode());
  }
  return copy;
}

function element(name: string, attributes: Record<string, string | number>): Element {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute !== 'xmlns') made.setAttribute(attribute, String(value));
  }
  return made;
}

async function rasterise(svg: Blob, { width, height }: Omit<Drawing, 'svg'>): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * PNG_SCALE;
    canvas.height = height * PNG_SCALE;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await pngOf(canvas);
  } finally {
    URL.revokeObjectURL(address);
  }
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the image is too large'))),
      'image/png',
    );
  });
}

/** Hands a file to the browser, or to the desktop's own dialog. */
export function saveBlob(blob: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // the browser loads it later
}
