import { describe, expect, it } from 'vitest';
import { classTitle } from '../../src/domain/classTitle.ts';
import { misspeltClasses, misspeltEmotion } from '../../src/domain/misspelt.ts';
import { meaningByNumbering, numberingById, offeredNumberings } from '../../src/domain/numberings.ts';

const counted = (counts: readonly number[], first = 0) =>
  counts.map((count, index) => ({ name: String(index + first), count }));
const RAF_TRAIN = [1290, 281, 717, 4772, 1982, 705, 2524];
const RAF_ALL = [1619, 355, 877, 5957, 2460, 867, 3204];
const FER_TRAIN = [3995, 436, 4097, 7215, 4830, 3171, 4965];
const named = (id: string, share = 1) => new Map([[id, share]]);
const sure = (...args: Parameters<typeof offeredNumberings>) =>
  offeredNumberings(...args).flatMap(({ numbering, isSure }) => (isSure ? [numbering.id] : []));

describe('a known numbering', () => {
  it('is taken where the counts are the published ones', () => {
    expect(sure(counted(RAF_ALL, 1))).toEqual(['raf-db']);
    expect(sure(counted(RAF_TRAIN, 1))).toEqual(['raf-db']);
    expect(sure(counted(FER_TRAIN))).toEqual(['fer2013']);
    expect(sure(counted(RAF_ALL))).toEqual(['raf-db-from-0']);
    expect(sure(counted([74874, 134415, 25459, 14090, 6378, 3803, 24882, 3750]))).toEqual(['affectnet']);
  });

  it('is taken where the files are named as that dataset’s and the counts do not speak against it', () => {
    const few = counted([2, 2, 2, 2, 2, 2, 2], 1);
    expect(sure(few)).toEqual([]);
    expect(sure(few, named('raf-db'))).toEqual(['raf-db']);
    expect(sure(few, named('raf-db', 0.5))).toEqual([]);
    const shuffled = counted([4772, 2524, 1982, 281, 717, 705, 1290], 1);
    expect(sure(shuffled, named('raf-db'))).toEqual([]);
    expect(offeredNumberings(shuffled, named('raf-db'))[0]?.numbering.id).toBe('raf-db');
    expect(sure(counted([0, 0, 3, 3, 3], 1).slice(2), named('raf-db'))).toEqual([]);
  });

  it('is offered, and not taken, where only the numbers fit', () => {
    const offered = offeredNumberings(counted([500, 500, 500, 500, 500, 500, 500, 500]));
    expect(offered.every(({ isSure }) => !isSure)).toBe(true);
    expect(offered.map(({ numbering }) => numbering.id).toSorted()).toEqual([
      'aff-wild2',
      'affectnet',
      'ck-plus',
      'fer-plus',
    ]);
    expect(offeredNumberings(counted(RAF_ALL, 2))).not.toContainEqual(
      expect.objectContaining({ isSure: true }),
    );
    expect(offeredNumberings([{ name: 'happy', count: 3 }, ...counted([9, 9, 9])])).toEqual([]);
  });

  it('knows a code in any spelling', () => {
    const raf = numberingById('raf-db');
    for (const name of ['1', '01', 'class1', 'Class_1', 'label 1'])
      expect(meaningByNumbering(raf, name)).toBe('surprise');
    expect(meaningByNumbering(raf, '0')).toBeNull();
    expect(meaningByNumbering(raf, 'toString')).toBeNull();
    expect(meaningByNumbering(numberingById('kdef'), 'af')).toBe('fear');
  });
});

describe('a class', () => {
  it('is shown by its emotion where a number or code was mapped, else by its name', () => {
    expect(classTitle('1', 'surprise')).toBe('surprise (1)');
    expect(classTitle('-2.5', 'happy')).toBe('happiness (-2.5)');
    expect(classTitle('AF', 'fear')).toBe('fear (AF)');
    expect(classTitle('class3', 'other')).toBe('other (class3)');
    expect(classTitle('feliz', 'happiness')).toBe('feliz');
    expect(classTitle('3_happy', 'happiness')).toBe('3_happy');
    expect(classTitle('7', null)).toBe('7');
  });
});

describe('a misspelt class', () => {
  const classes = (...pairs: [string, number][]) => pairs.map(([name, count]) => ({ name, count }));

  it('is a rare name a slip away from another', () => {
    expect([...misspeltClasses(classes(['surprise', 60], ['suprise', 4], ['happy', 120]))]).toEqual([
      ['suprise', 'surprise'],
    ]);
    expect([
      ...misspeltClasses(classes(['Surprised', 60], ['Suprised ', 1], ['Angry', 80], ['Anrgy', 2])),
    ]).toEqual([
      ['Suprised ', 'Surprised'],
      ['Anrgy', 'Angry'],
    ]);
    expect([...misspeltClasses(classes(['confused', 100], ['confusd', 2], ['bored', 100]))]).toEqual([
      ['confusd', 'confused'],
    ]);
  });

  it('is none that is frequent, numbered, short, or known', () => {
    expect(misspeltClasses(classes(['surprise', 60], ['suprise', 40])).size).toBe(0);
    expect(misspeltClasses(classes(['class_1', 100], ['class_2', 2])).size).toBe(0);
    expect(misspeltClasses(classes(['fear', 100], ['tear', 2])).size).toBe(0);
    expect(misspeltClasses(classes(['happy', 100], ['Happiness', 2], ['other', 1])).size).toBe(0);
  });

  it('is taken for the emotion that it misspells where all of it is spelt so', () => {
    expect(misspeltEmotion('suprise')).toBe('surprise');
    expect(misspeltEmotion('Hapiness')).toBe('happiness');
    expect(misspeltEmotion('nuetral')).toBe('neutral');
    for (const name of ['danger', 'angel', 'year', 'other', 'natural light', '7', 'surprise'])
      expect(misspeltEmotion(name)).toBeNull();
  });
});
