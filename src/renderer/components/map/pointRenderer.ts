import {
  createBufferInfoFromArrays,
  createProgramInfo,
  drawBufferInfo,
  setBuffersAndAttributes,
  setUniforms,
} from 'twgl.js';
import type { Viewport } from './viewport.ts';

/** Draws points on a canvas. Colours are RGBA bytes, four a point. */
export interface PointRenderer {
  draw(view: Viewport, pointPixels: number): void;
  dispose(): void;
}

interface DrawnPoints {
  x: Float32Array;
  y: Float32Array;
  colours: Uint8Array;
}

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

/** On the graphics card where there is one; a million points are drawn in a frame there. */
export function createPointRenderer(canvas: HTMLCanvasElement, points: DrawnPoints): PointRenderer {
  const gl = canvas.getContext('webgl2', { premultipliedAlpha: true, preserveDrawingBuffer: true });
  return gl === null ? createFlatRenderer(canvas, points) : createCardRenderer(canvas, gl, points);
}

function createCardRenderer(
  canvas: HTMLCanvasElement,
  gl: WebGL2RenderingContext,
  { x, y, colours }: DrawnPoints,
): PointRenderer {
  const program = createProgramInfo(gl, [VERTEX_SHADER, FRAGMENT_SHADER]);
  const position = new Float32Array(2 * x.length);
  for (let index = 0; index < x.length; index++) {
    position[2 * index] = x[index] as number;
    position[2 * index + 1] = y[index] as number;
  }
  const buffers = createBufferInfoFromArrays(gl, {
    position: { numComponents: 2, data: position },
    colour: { numComponents: 4, data: colours, normalize: true },
  });
  return {
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

function createFlatRenderer(canvas: HTMLCanvasElement, { x, y, colours }: DrawnPoints): PointRenderer {
  const context = canvas.getContext('2d');
  const packed = new Uint32Array(colours.buffer);
  return {
    draw(view, pointPixels) {
      if (context === null) return;
      const ratio = devicePixelRatio;
      const side = pointPixels * ratio;
      const scale = view.scale * ratio;
      context.clearRect(0, 0, canvas.width, canvas.height);
      let colour = -1;
      for (let index = 0; index < x.length; index++) {
        const left = ((x[index] as number) - view.centreX) * scale + canvas.width / 2 - side / 2;
        const top = ((y[index] as number) - view.centreY) * scale + canvas.height / 2 - side / 2;
        if (left < -side || top < -side || left > canvas.width || top > canvas.height) continue;
        if (packed[index] !== colour) {
          colour = packed[index] as number;
          const [red, green, blue, alpha] = colours.subarray(4 * index, 4 * index + 4);
          context.fillStyle = `rgb(${red} ${green} ${blue} / ${(alpha ?? 0) / 255})`;
        }
        context.fillRect(left, top, side, side);
      }
    },
    dispose: () => {},
  };
}
