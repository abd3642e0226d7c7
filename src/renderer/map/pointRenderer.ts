import {
  type BufferInfo,
  createBufferInfoFromArrays,
  createProgramInfo,
  drawBufferInfo,
  setAttribInfoBufferFromArray,
  setBuffersAndAttributes,
  setUniforms,
} from 'twgl.js';
import { createPixelRenderer } from './pixelRenderer.ts';
import type { Places, PointRenderer } from './renderer.ts';

const VERTEX_SHADER = `
attribute vec2 position;
attribute vec4 colour;
uniform vec2 centre;
uniform vec2 scale;
uniform float pointSize;
varying vec4 pointColour;
void main() {
  gl_Position = vec4((position - centre) * scale, 0.0, 1.0);
  gl_PointSize = pointSize;
  pointColour = colour;
}`;

const FRAGMENT_SHADER = `
precision mediump float;
varying vec4 pointColour;
void main() {
  vec2 fromCentre = 2.0 * gl_PointCoord - 1.0;
  if (dot(fromCentre, fromCentre) > 1.0) discard;
  gl_FragColor = vec4(pointColour.rgb * pointColour.a, pointColour.a);
}`;

/**
 * Uses the graphics card. Without one, the browser's emulation is slower than writing the pixels directly:
 * bench/review measures both.
 */
export function createPointRenderer(canvas: HTMLCanvasElement, points: Places): PointRenderer {
  const gl = hasCard() ? canvas.getContext('webgl2', { premultipliedAlpha: true }) : null;
  return gl === null ? createPixelRenderer(canvas, points) : createCardRenderer(canvas, gl, points);
}

/** Drivers by which the processor imitates a card. */
const IMITATIONS = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Asked of a canvas of its own: one that has been drawn on by a card cannot be written to as pixels. */
function hasCard(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (gl === null) return false;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const driver = String(gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return !IMITATIONS.test(driver); // Chromium takes its own imitation for a card
}

function createCardRenderer(
  canvas: HTMLCanvasElement,
  gl: WebGL2RenderingContext,
  { x, y }: Places,
): PointRenderer {
  const program = createProgramInfo(gl, [VERTEX_SHADER, FRAGMENT_SHADER]);
  const position = new Float32Array(2 * x.length);
  for (let index = 0; index < x.length; index++) {
    position[2 * index] = x[index] as number;
    position[2 * index + 1] = y[index] as number;
  }
  const buffers: BufferInfo = createBufferInfoFromArrays(gl, {
    position: { numComponents: 2, data: position },
    colour: { numComponents: 4, data: new Uint8Array(4 * x.length), normalize: true },
  });
  return {
    paint(colours) {
      const colour = buffers.attribs?.colour;
      if (colour) setAttribInfoBufferFromArray(gl, colour, colours);
    },
    draw(view, pointPixels) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.useProgram(program.program);
      const ratio = devicePixelRatio;
      setBuffersAndAttributes(gl, program, buffers);
      setUniforms(program, {
        centre: [view.centreX, view.centreY],
        scale: [(2 * ratio * view.scale) / canvas.width, (-2 * ratio * view.scale) / canvas.height],
        pointSize: pointPixels * ratio,
      });
      if (x.length > 0) drawBufferInfo(gl, buffers, gl.POINTS);
    },
    dispose() {
      for (const { buffer } of Object.values(buffers.attribs ?? {})) gl.deleteBuffer(buffer);
      gl.deleteProgram(program.program);
    },
  };
}
