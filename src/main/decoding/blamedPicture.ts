import { ImageProblem } from '../images/index.ts';

/** A picture that ended every process which decoded it alone. */
export class BlamedPicture extends ImageProblem {}
