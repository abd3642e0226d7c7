import type { Page } from 'playwright-core';
import { installProbe } from './pageProbe.ts';
import { serveProject } from './serveProject.ts';
import { droppedFrames, percentile } from './statistics.ts';

const PAN = { step: 6, frames: 120 };

/** How the map's points can be drawn where there is no graphics card. */
export const RENDERERS = {
  pixels: { title: 'pixels written by the page', graphics: ['--disable-gpu'] },
  webgl: {
    title: 'WebGL, imitated by the processor (SwiftShader)',
    graphics: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
  },
} as const;
export type RendererName = keyof typeof RENDERERS;

export interface MapMeasures {
  points: number;
  renderer: RendererName;
  firstPaint: number;
  frameP50: number;
  frameP95: number;
  dropped: string;
}

/** Panning over a project's map, a step a frame. */
export async function measureMap(
  project: { folder: string; file: string },
  data: string,
  renderer: RendererName,
): Promise<MapMeasures> {
  const { url, context, stop } = await serveProject(project, data, RENDERERS[renderer].graphics);
  try {
    const page = await context.newPage();
    await page.addInitScript(installProbe);
    // The map writes pixels where a card is only imitated; here that imitation is to be measured.
    if (renderer === 'webgl') await page.addInitScript(acceptAnyCard);
    await page.goto(`${url}#/overview`);
    await page.getByRole('heading', { name: 'Where they are' }).waitFor();
    const from = performance.now();
    await page.goto(`${url}#/map`);
    const map = page.getByRole('application');
    await map.waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    const firstPaint = Math.round(performance.now() - from);
    await expectRenderer(page, renderer);
    const box = await map.boundingBox();
    if (box === null) throw new Error('the map is not on the screen');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    const frames = await page.evaluate(({ step, frames }) => window.probe.pan(step, frames), PAN);
    await page.mouse.up();
    const points = Number(
      /[\d,]+/.exec((await map.getAttribute('aria-label')) ?? '')?.[0].replaceAll(',', ''),
    );
    return {
      points,
      renderer,
      firstPaint,
      frameP50: percentile(frames, 0.5),
      frameP95: percentile(frames, 0.95),
      dropped: droppedFrames(frames),
    };
  } finally {
    await stop();
  }
}

function acceptAnyCard(): void {
  const { getParameter } = WebGL2RenderingContext.prototype;
  const unmaskedRenderer = 0x9246;
  WebGL2RenderingContext.prototype.getParameter = function (this: WebGL2RenderingContext, name: number) {
    return name === unmaskedRenderer || name === this.RENDERER ? 'a card' : getParameter.call(this, name);
  };
}

/** A canvas gives only the kind of context that was first requested. */
async function expectRenderer(page: Page, renderer: RendererName): Promise<void> {
  const drawn = await page
    .getByTestId('map-canvas')
    .evaluate((canvas: HTMLCanvasElement) => (canvas.getContext('webgl2') === null ? 'pixels' : 'webgl'));
  if (drawn !== renderer) throw new Error(`this browser draws the map by ${drawn}, not by ${renderer}`);
}
