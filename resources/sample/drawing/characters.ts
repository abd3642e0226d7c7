export type HairStyle = 'bob' | 'short' | 'fade' | 'scarf' | 'tousled' | 'afro' | 'bun' | 'waves';

/** Everything that tells one character from another; lengths in head units (eyes are 60 apart). */
export interface Character {
  name: string;
  skin: string;
  /** What shadow turns this skin into, and what light does. */
  skinShade: string;
  skinLight: string;
  blush: string;
  lips: string;
  lipFullness: number;
  hair: string;
  hairStyle: HairStyle;
  brow: string;
  browWeight: number;
  iris: string;
  eyeWidth: number;
  eyeOpening: number;
  /** How far the outer corner lies above the inner one. */
  eyeTilt: number;
  /** Height of the lid's crease above the lashes. */
  lidCrease: number;
  lashes: number;
  noseWidth: number;
  noseLength: number;
  cheekWidth: number;
  jawWidth: number;
  chinWidth: number;
  faceLength: number;
  /** 0 to 1: how deep creases lie at rest. */
  age: number;
  beard?: { kind: 'full' | 'stubble' | 'goatee'; colour: string };
  glasses?: { kind: 'round' | 'square'; colour: string };
  freckles?: boolean;
  earrings?: string;
  clothes: string;
  scarf?: string;
}

const young = { age: 0.1, noseLength: 0, faceLength: 0 };

export const characters: readonly Character[] = [
  {
    ...young,
    name: 'aiko',
    skin: '#f3cfb0',
    skinShade: '#b9745a',
    skinLight: '#ffeeda',
    blush: '#e8837a',
    lips: '#c9605f',
    lipFullness: 1,
    hair: '#211b22',
    hairStyle: 'bob',
    brow: '#2b2226',
    browWeight: 2.3,
    iris: '#4a2c1c',
    eyeWidth: 15,
    eyeOpening: 0.95,
    eyeTilt: 2.6,
    lidCrease: 2.6,
    lashes: 1,
    noseWidth: 11,
    cheekWidth: 67,
    jawWidth: 50,
    chinWidth: 21,
    clothes: '#d9594c',
  },
  {
    ...young,
    name: 'bruno',
    skin: '#e0ac83',
    skinShade: '#8f553a',
    skinLight: '#f8d3ae',
    blush: '#d0705a',
    lips: '#b5665a',
    lipFullness: 0.85,
    hair: '#3a271c',
    hairStyle: 'short',
    brow: '#33221a',
    browWeight: 3.6,
    iris: '#5b6b34',
    eyeWidth: 14,
    eyeOpening: 0.95,
    eyeTilt: 0.2,
    lidCrease: 4,
    lashes: 0.35,
    noseWidth: 14,
    noseLength: 2,
    cheekWidth: 69,
    jawWidth: 59,
    chinWidth: 29,
    age: 0.4,
    beard: { kind: 'full', colour: '#3f2b1f' },
    clothes: '#3c5a73',
  },
  {
    ...young,
    name: 'chidi',
    skin: '#7d4e33',
    skinShade: '#3a1d12',
    skinLight: '#b17b55',
    blush: '#8f4030',
    lips: '#7c4038',
    lipFullness: 1.3,
    hair: '#17120f',
    hairStyle: 'fade',
    brow: '#17110e',
    browWeight: 3.2,
    iris: '#33200f',
    eyeWidth: 14.5,
    eyeOpening: 1,
    eyeTilt: 0.8,
    lidCrease: 3.8,
    lashes: 0.4,
    noseWidth: 16.5,
    cheekWidth: 68,
    jawWidth: 57,
    chinWidth: 27,
    beard: { kind: 'goatee', colour: '#1a1310' },
    clothes: '#e2b13c',
  },
  {
    ...young,
    name: 'dalia',
    skin: '#d29a6c',
    skinShade: '#83492f',
    skinLight: '#f0c398',
    blush: '#c9604f',
    lips: '#a94a4a',
    lipFullness: 1.1,
    hair: '#2a1d17',
    hairStyle: 'scarf',
    brow: '#2c1d16',
    browWeight: 2.8,
    iris: '#5d3d1a',
    eyeWidth: 15.5,
    eyeOpening: 1.05,
    eyeTilt: 1.6,
    lidCrease: 4.2,
    lashes: 1,
    noseWidth: 12.5,
    cheekWidth: 65,
    jawWidth: 49,
    chinWidth: 21,
    clothes: '#1f5d63',
    scarf: '#2c8086',
  },
  {
    ...young,
    name: 'erik',
    skin: '#f6d6c2',
    skinShade: '#b8735c',
    skinLight: '#fff1e4',
    blush: '#ea8b7d',
    lips: '#d0837a',
    lipFullness: 0.8,
    hair: '#b5562a',
    hairStyle: 'tousled',
    brow: '#8f431f',
    browWeight: 2.7,
    iris: '#3f7fae',
    eyeWidth: 14.5,
    eyeOpening: 1.05,
    eyeTilt: 0.4,
    lidCrease: 3.8,
    lashes: 0.35,
    noseWidth: 12,
    cheekWidth: 65,
    jawWidth: 52,
    chinWidth: 24,
    freckles: true,
    clothes: '#4f7a52',
  },
  {
    ...young,
    name: 'fatou',
    skin: '#5e3826',
    skinShade: '#28120b',
    skinLight: '#966244',
    blush: '#7d2f2a',
    lips: '#7f3538',
    lipFullness: 1.4,
    hair: '#1c1512',
    hairStyle: 'afro',
    brow: '#140d0a',
    browWeight: 2.5,
    iris: '#2f1b0d',
    eyeWidth: 15.5,
    eyeOpening: 1.05,
    eyeTilt: 1.8,
    lidCrease: 4,
    lashes: 0.9,
    noseWidth: 15.5,
    cheekWidth: 67,
    jawWidth: 51,
    chinWidth: 22,
    earrings: '#e7b94c',
    clothes: '#b8467c',
  },
  {
    ...young,
    name: 'greta',
    skin: '#f0cdb6',
    skinShade: '#a9695a',
    skinLight: '#ffeadb',
    blush: '#dd8177',
    lips: '#bb6463',
    lipFullness: 0.75,
    hair: '#c9c6c4',
    hairStyle: 'bun',
    brow: '#8d8580',
    browWeight: 2.4,
    iris: '#5d7f86',
    eyeWidth: 14,
    eyeOpening: 0.92,
    eyeTilt: -0.6,
    lidCrease: 3.6,
    lashes: 0.6,
    noseWidth: 13,
    noseLength: 2,
    cheekWidth: 66,
    jawWidth: 54,
    chinWidth: 24,
    age: 0.85,
    glasses: { kind: 'round', colour: '#7a3b45' },
    clothes: '#6c5b8e',
  },
  {
    ...young,
    name: 'hugo',
    skin: '#c98e62',
    skinShade: '#76432b',
    skinLight: '#ebbd90',
    blush: '#c0604a',
    lips: '#a9594f',
    lipFullness: 1,
    hair: '#2b1f1a',
    hairStyle: 'waves',
    brow: '#281b15',
    browWeight: 3.3,
    iris: '#6a4523',
    eyeWidth: 14.5,
    eyeOpening: 1,
    eyeTilt: 0.6,
    lidCrease: 3.6,
    lashes: 0.45,
    noseWidth: 13.5,
    noseLength: 1,
    cheekWidth: 66,
    jawWidth: 55,
    chinWidth: 26,
    beard: { kind: 'stubble', colour: '#2b1f1a' },
    glasses: { kind: 'square', colour: '#23262c' },
    clothes: '#8a4b3a',
  },
];
