import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type MapInfo, mapInfoSchema } from '../../protocol/map.ts';

const pointsSchema = z.array(z.object({ id: z.number(), x: z.number(), y: z.number() }));

/** The position of each image on the map, and the facts of the map as a whole. */
export class MapTable {
  #info;
  #setInfo;
  #clearInfo;
  #clearPoints;
  #insert;
  #points;

  constructor(database: Database.Database) {
    this.#info = database.prepare('SELECT info FROM maps WHERE id = 1').pluck();
    this.#setInfo = database.prepare('INSERT OR REPLACE INTO maps (id, info) VALUES (1, ?)');
    this.#clearInfo = database.prepare('DELETE FROM maps');
    this.#clearPoints = database.prepare('DELETE FROM map_points');
    this.#insert = database.prepare('INSERT OR REPLACE INTO map_points (sample_id, x, y) VALUES (?, ?, ?)');
    this.#points = database.prepare(
      'SELECT sample_id AS id, x, y FROM map_points WHERE sample_id > ? ORDER BY sample_id LIMIT ?',
    );
  }

  /** Null where there is no finished map. */
  info(): MapInfo | null {
    const info = this.#info.get();
    return typeof info === 'string' ? (mapInfoSchema.safeParse(JSON.parse(info)).data ?? null) : null;
  }

  /** Makes the points that were written since `clear` a finished map. */
  finish(info: MapInfo): void {
    this.#setInfo.run(JSON.stringify(info));
  }

  clear(): void {
    this.#clearInfo.run();
    this.#clearPoints.run();
  }

  write(ids: Int32Array, x: Float32Array, y: Float32Array): void {
    for (let index = 0; index < ids.length; index++) this.#insert.run(ids[index], x[index], y[index]);
  }

  /** Up to `limit` by id after `afterId`. */
  page(afterId: number, limit: number): { id: number; x: number; y: number }[] {
    return pointsSchema.parse(this.#points.all(afterId, limit));
  }
}
