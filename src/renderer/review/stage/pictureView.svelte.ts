const ZOOM_STEP = 1.5;
const MOST_ZOOM = 16;
const BRIGHTNESS_STEP = 0.15;
/** A quarter of the stage. */
const PAN_STEP = 0.25;

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/**
 * Zoom, pan and brightness of the large picture. They stay from one image to the next, so that the same spot
 * is compared.
 */
export class PictureView {
  #zoom = $state(1);
  #panX = $state(0);
  #panY = $state(0);
  #brightness = $state(1);
  /** Next to a face, the photograph that it was cut from. */
  photographShown = $state(false);

  /** 1 shows the whole picture. */
  get zoom(): number {
    return this.#zoom;
  }

  /** How far the picture is moved, as a share of the stage's width and height. */
  get pan(): { x: number; y: number } {
    return { x: this.#panX, y: this.#panY };
  }

  get brightness(): number {
    return this.#brightness;
  }

  get plain(): boolean {
    return this.#zoom === 1 && this.#brightness === 1;
  }

  /**
   * @param steps above 0 enlarges
   * @param about the spot that stays where it is, from the middle of the stage, as a share of its size
   */
  zoomBy(steps: number, about: { x: number; y: number } = { x: 0, y: 0 }): void {
    const zoom = clamp(this.#zoom * ZOOM_STEP ** steps, 1, MOST_ZOOM);
    const factor = zoom / this.#zoom;
    this.#zoom = zoom;
    this.#moveTo(about.x - (about.x - this.#panX) * factor, about.y - (about.y - this.#panY) * factor);
  }

  /** Moves by steps, as a key does. */
  panBy(x: number, y: number): void {
    this.dragBy(x * PAN_STEP, y * PAN_STEP);
  }

  /** Moves by a share of the stage's size. */
  dragBy(x: number, y: number): void {
    this.#moveTo(this.#panX + x, this.#panY + y);
  }

  brighten(steps: number): void {
    this.#brightness = clamp(Math.round((this.#brightness + steps * BRIGHTNESS_STEP) * 100) / 100, 0.25, 3);
  }

  reset(): void {
    this.#zoom = 1;
    this.#brightness = 1;
    this.#moveTo(0, 0);
  }

  #moveTo(x: number, y: number): void {
    const most = (this.#zoom - 1) / 2;
    this.#panX = clamp(x, -most, most);
    this.#panY = clamp(y, -most, most);
  }
}
