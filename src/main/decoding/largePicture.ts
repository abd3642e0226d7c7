/** Thrown before a picture is decoded that a process may decode only while it does nothing else. */
export class LargePicture extends Error {}
